import { expect, test } from 'vitest';
import { placeOfRedis, redisAddress } from '../../src/domain/redis-address.ts';

test.each([
  ['redis://127.0.0.1', { kind: 'server', tls: false, host: '127.0.0.1', port: 6379, db: 0 }],
  ['redis://redis:6380/2', { kind: 'server', tls: false, host: 'redis', port: 6380, db: 2 }],
  ['redis://redis:6380/', { kind: 'server', tls: false, host: 'redis', port: 6380, db: 0 }],
  ['redis://[::1]:6380', { kind: 'server', tls: false, host: '::1', port: 6380, db: 0 }],
  ['rediss://:p%40ss@redis.example', { kind: 'server', tls: true, host: 'redis.example', port: 6379, db: 0, password: 'p@ss' }],
  ['redis://bot:p:a@s,s@redis', { kind: 'server', tls: false, host: 'redis', port: 6379, db: 0, username: 'bot', password: 'p:a@s,s' }],
  ['unix:///run/redis.sock', { kind: 'socket', tls: false, path: '/run/redis.sock', db: 0 }],
  ['unix://bot:pw@/run/redis.sock?db=3', { kind: 'socket', tls: false, path: '/run/redis.sock', db: 3, username: 'bot', password: 'pw' }],
  [
    'redis+sentinel://a,b:26380/main',
    {
      kind: 'sentinel',
      tls: false,
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 26380 },
      ],
      master: 'main',
      db: 0,
    },
  ],
  [
    'rediss+sentinel://bot:pw@a:1,[::1]:2/main/4',
    {
      kind: 'sentinel',
      tls: true,
      sentinels: [
        { host: 'a', port: 1 },
        { host: '::1', port: 2 },
      ],
      master: 'main',
      db: 4,
      username: 'bot',
      password: 'pw',
    },
  ],
])('%s is read', (text, address) => {
  expect(redisAddress(text)).toEqual(address);
});

test.each([
  ['', /must be a URL such as redis:/],
  ['localhost:6379', /must be a URL such as redis:/],
  ['http://:s3cret@host', /must be a URL such as redis:/],
  ['redis://', /must be a URL such as redis:/],
  ['redis://:s3cret @host', /must be a URL such as redis:/],
  ['redis://:s3cret@host#1', /must be a URL such as redis:/],
  ['redis://:s3cret@ho%st', /name or address of a host/],
  ['redis://:s3cret@host:0', /port from 1 to 65535/],
  ['redis://:s3cret@host:70000', /port from 1 to 65535/],
  ['redis://:s3cret@host/cache', /number of a database/],
  ['redis://:s3cret@host?db=1', /nothing after a "\?"/],
  ['redis://:s3cret@a,b', /only redis\+sentinel/],
  ['redis://s3cret@host', /has a user but no password/],
  ['redis://:s3%cret@host', /write %25/],
  ['redis+sentinel://:s3cret@a,b', /name by which the Sentinels know the master/],
  ['redis+sentinel://:s3cret@a,,b/main', /name or address of a host/],
  ['redis+sentinel://:s3cret@a/main/x', /number of a database/],
  ['redis+sentinel://:s3cret@a/main/1/2', /name by which the Sentinels know the master/],
  ['unix://:s3cret@run/redis.sock', /three slashes/],
  ['unix://:s3cret@/run/redis.sock?cache=1', /db=NUMBER/],
])('%s is refused with what to write, and never repeated', (text, fault) => {
  const said = redisAddress(text);
  expect(said).toMatch(fault);
  expect(said).not.toContain('s3');
});

test('where a Redis is never holds how to get in', () => {
  const place = (text: string): string => {
    const address = redisAddress(text);
    return typeof address === 'string' ? address : placeOfRedis(address);
  };
  expect(place('redis://bot:s3cret@[::1]:6380/1')).toBe('[::1]:6380');
  expect(place('redis+sentinel://bot:s3cret@a,b/main')).toBe('master main of a:26379, b:26379');
  expect(place('unix://bot:s3cret@/run/redis.sock')).toBe('/run/redis.sock');
});
