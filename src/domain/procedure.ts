/** A tree of steps. A sequence stops at its first unhealthy child; the children of a parallel run side by side and all end. */
export type ProcedureOf<S> =
  | { readonly kind: 'step'; readonly step: S }
  | { readonly kind: 'sequence'; readonly children: readonly ProcedureOf<S>[] }
  | { readonly kind: 'parallel'; readonly children: readonly ProcedureOf<S>[] };

const asNode = <S extends { id: string }>(child: S | ProcedureOf<S>): ProcedureOf<S> => ('kind' in child ? child : { kind: 'step', step: child });

export const sequence = <S extends { id: string }>(...children: readonly (S | ProcedureOf<S>)[]): ProcedureOf<S> => ({
  kind: 'sequence',
  children: children.map(asNode),
});

export const parallel = <S extends { id: string }>(...children: readonly (S | ProcedureOf<S>)[]): ProcedureOf<S> => ({
  kind: 'parallel',
  children: children.map(asNode),
});

/** Every step in the order in which a reader meets it. */
export const stepsOf = <S>(procedure: ProcedureOf<S>): S[] => (procedure.kind === 'step' ? [procedure.step] : procedure.children.flatMap(stepsOf));
