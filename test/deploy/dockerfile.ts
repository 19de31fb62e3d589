import { fileText } from './programs';

/** One instruction of deploy/Dockerfile. */
export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** A build stage: from one FROM to the next. */
export interface Stage {
  /** An image, or the name of an earlier stage. */
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of deploy/Dockerfile, in order; the last one becomes the image. */
export function readStages(text = fileText('deploy/Dockerfile')): Stage[] {
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n');
  const instructions = lines
    .map((line) => /^([A-Z]+)\s+(.+)$/.exec(line))
    .flatMap((match) =>
      match === null ? [] : [{ keyword: match[1] ?? '', rest: match[2] ?? '' }],
    );
  return instructions.flatMap(({ keyword, rest }, index) => {
    if (keyword !== 'FROM') return [];
    const end = instructions.findIndex((each, at) => at > index && each.keyword === 'FROM');
    const [base = '', , name] = rest.split(/\s+/);
    return [
      { base, name, instructions: instructions.slice(index + 1, end === -1 ? undefined : end) },
    ];
  });
}

/** What a COPY takes: from an earlier stage, or from the repository. */
export interface Copy {
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/** The COPY instructions of a stage. */
export function copiesOf(stage: Stage): Copy[] {
  return stage.instructions
    .filter(({ keyword }) => keyword === 'COPY')
    .map(({ rest }) => {
      const words = rest.split(/\s+/);
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      const paths = words.filter((word) => !word.startsWith('--'));
      return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
    });
}

/** Whether .dockerignore keeps a path of the repository out of the build. */
export function isIgnored(path: string): boolean {
  const patterns = fileText('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return patterns.some((pattern) => matcher(pattern).test(path));
}

/** A pattern names a file or folder from the root or, after `**` and a slash, anywhere; `*` stays within a name. */
function matcher(pattern: string): RegExp {
  const anywhere = pattern.startsWith('**/');
  const name = (anywhere ? pattern.slice('**/'.length) : pattern)
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('[^/]*');
  return new RegExp(`^${anywhere ? '(.+/)?' : ''}${name}(/|$)`);
}
