/** Under which the API server keeps who wrote a field: what it names is pgdist's to change. */
export const FIELD_MANAGER = 'pgdist';
