import { expect, test } from 'vitest';
import { RUN_LIMITS, shownText } from '../../src/domain/bounded.ts';
import { withoutGoValues } from '../../src/domain/go-values.ts';

/** Words of API servers and operators, as Go's %v and %+v print values into them. */
test.each([
  [
    'Operation for resource &ResourceAttributes{Namespace:,Verb:update,Group:cluster.open-cluster-management.io,Version:,Resource:managedclusters,Subresource:,Name:osaka,FieldSelector:nil,LabelSelector:nil,} is not allowed with hub config secret',
    'Operation for resource update managedclusters is not allowed with hub config secret',
  ],
  [
    'Failed to create &SelfSubjectAccessReview{ObjectMeta:{      0 0001-01-01 map[] []},Spec:SelfSubjectAccessReviewSpec{ResourceAttributes:&ResourceAttributes{Verb:create,Resource:managedclusters,},},} with bootstrap secret: Unauthorized',
    'Failed to create a review of the right to create managedclusters with bootstrap secret: Unauthorized',
  ],
  [
    'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    'spec.selector: Invalid value: …: field is immutable',
  ],
  ['Invalid value: map[string]string{"a":"b"}: no', 'Invalid value: …: no'],
  ['Invalid value: []string{"a", "b"}: no', 'Invalid value: …: no'],
  ['the type map[string]interface {} of the value for Ready is not found', 'the type an object of the value for Ready is not found'],
  ['cut short: core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{Name:', 'cut short: …'],
])('%s', (words, plain) => {
  expect(withoutGoValues(words)).toBe(plain);
});

test.each(['{"replicas":3}', 'patch {} of a', 'up{job="x"} is 1', '${HOME}/x', 'no braces', 'a } b { c', 'ends with {'])(
  '%s stays as it is',
  (words) => {
    expect(withoutGoValues(words)).toBe(words);
  },
);

test('what a run keeps of the words of others holds no such value, at any length and in time', () => {
  const words = 'Invalid value: &A.Bb{c:'.repeat(100_000);
  expect(shownText(words, RUN_LIMITS.waiting).length).toBeLessThanOrEqual(RUN_LIMITS.waiting);
  expect(shownText('x{'.repeat(200_000), 10)).toHaveLength(10);
});
