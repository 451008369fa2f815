import { withoutCommands } from '../harmless.ts';

/**
 * The text without what steers a terminal, or a pipeline that reads its lines: control characters, marks of direction, and
 * the commands of Azure Pipelines (`##vso[`) and GitHub Actions (`::error::`). What is taken away is shown as what it is.
 */
export function harmless(text: string): string {
  return withoutCommands(text)
    .replaceAll(/\p{Bidi_Control}/gu, '\ufffd')
    .replaceAll(/::(?=[a-z-]+(?:\s[^:]*)?::)/gi, ': :')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
