import { matchesGlob } from 'node:path/posix';
import type { Import } from './imports.ts';

/** A mermaid drawing of which files import which. */
export interface Drawing {
  /** The folders that it draws whole. */
  readonly folders: readonly string[];
  readonly nodes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** Its words are the files that it stands for: a folder ends with `/`. */
interface Box {
  readonly id: string;
  readonly files: readonly string[];
}

/** By the ids of nodes, or by files. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

const BLOCK = /^```mermaid\n%% imports within (?<folders>.+)\n(?<lines>[^]*?)^```$/gm;
const NODE = /^(?<id>\S+)\["(?<files>[^"]+)"\]$/;
const ARROWS = /^(?<from>\S+) (?:-->|==>) (?<to>\S+(?: & \S+)*)$/;
const GROUP = /^subgraph (?<id>\S+)\[/;

/** The drawings of a page whose first line says `%% imports within <folders>`. @throws Error for a line that it cannot read */
export function drawingsOn(page: string): Drawing[] {
  return [...page.matchAll(BLOCK)].map(({ groups: { folders = '', lines = '' } = {} }) => ({
    folders: folders.split(', '),
    ...parts(lines.split('\n').map((line) => line.trim())),
  }));
}

function parts(lines: readonly string[]): Pick<Drawing, 'nodes' | 'arrows'> {
  const nodes: Box[] = [];
  const arrows: Arrow[] = [];
  const groups = new Map<string, string[]>();
  let group: string[] | null = null;
  for (const line of lines) {
    const node = NODE.exec(line)?.groups;
    const drawn = ARROWS.exec(line)?.groups;
    const opened = GROUP.exec(line)?.groups?.id;
    if (node) {
      nodes.push({ id: node.id ?? '', files: node.files?.split(', ') ?? [] });
      group?.push(node.id ?? '');
    } else if (drawn) {
      // An arrow of a group is one of each of its nodes.
      for (const from of groups.get(drawn.from ?? '') ?? [drawn.from ?? ''])
        for (const to of drawn.to?.split(' & ') ?? []) arrows.push({ from, to });
    } else if (opened !== undefined) {
      group = [];
      groups.set(opened, group);
    } else if (line === 'end') group = null;
    else if (line !== '' && !line.startsWith('flowchart '))
      throw new Error(`the drawing has a line of no known kind: ${line}`);
  }
  return { nodes, arrows };
}

/** The node that the file is in; null when there is none, or more than one. */
export function nodeOf({ nodes }: Drawing, file: string): string | null {
  const fitting = nodes.filter(({ files }) =>
    files.some((entry) => (entry.endsWith('/') ? file.startsWith(entry) : matchesGlob(file, entry))),
  );
  return fitting.length === 1 ? (fitting[0]?.id ?? null) : null;
}

/** Each arrow between two boxes that the imports make, with one import that makes it. */
function arrowsOf(drawing: Drawing, imports: readonly Import[]): Map<string, Import> {
  const arrows = new Map<string, Import>();
  for (const one of imports) {
    const from = nodeOf(drawing, one.from);
    const to = nodeOf(drawing, one.to);
    if (from !== null && to !== null && from !== to) arrows.set(arrowText({ from, to }), one);
  }
  return arrows;
}

export function arrowText({ from, to }: Arrow): string {
  return `${from} --> ${to}`;
}

/** Where the drawing and the code differ: in boxes and in arrows, both ways. */
export function faultsOf(drawing: Drawing, files: readonly string[], imports: readonly Import[]): string[] {
  const made = arrowsOf(drawing, imports);
  const drawn = drawing.arrows.map(arrowText);
  const boxes = new Set(files.map((file) => nodeOf(drawing, file)));
  return [
    ...files.filter((file) => nodeOf(drawing, file) === null).map((file) => `${file} is not in just one box`),
    ...drawing.nodes.filter(({ id }) => !boxes.has(id)).map(({ id }) => `the box ${id} holds no file`),
    ...drawn.filter((arrow) => !made.has(arrow)).map((arrow) => `drawn, and nothing imports so: ${arrow}`),
    ...drawn.filter((arrow, index) => drawn.indexOf(arrow) < index).map((arrow) => `drawn twice: ${arrow}`),
    ...[...made]
      .filter(([arrow]) => !drawn.includes(arrow))
      .map(([arrow, { from, to }]) => `not drawn: ${arrow} (${from} imports ${to})`),
  ];
}

/** Those that are on a circle of arrows, or between two circles; empty when all arrows go one way. */
export function circling(arrows: readonly Arrow[]): string[] {
  for (let left = arrows; ; ) {
    const froms = new Set(left.map(({ from }) => from));
    const tos = new Set(left.map(({ to }) => to));
    const next = left.filter(({ from, to }) => froms.has(to) && tos.has(from));
    if (next.length === left.length) return [...new Set(next.map(({ from }) => from))];
    left = next;
  }
}
