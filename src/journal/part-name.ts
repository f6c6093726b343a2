/** Which part of whose journal a file is. */
export interface PartName {
  readonly name: string;
  readonly writer: string;
  /** From 1. */
  readonly part: number;
}

const PATTERN = /^w-([0-9a-f]{16})-([1-9][0-9]{0,8})\.jsonl$/;

export function partName(writer: string, part: number): string {
  return `w-${writer}-${part}.jsonl`;
}

/** The part a file name stands for; `undefined` for any other name. */
export function parsePartName(name: string): PartName | undefined {
  const match = PATTERN.exec(name);
  const [, writer, part] = match ?? [];
  return writer === undefined || part === undefined ? undefined : { name, writer, part: Number(part) };
}
