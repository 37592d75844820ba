export declare const endWithMe: (pid: number | undefined, signal: 'KILL' | 'QUIT' | 'TERM') => () => void;
