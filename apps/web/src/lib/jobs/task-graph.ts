import type { Task, TaskKind, TaskStatus } from './job'

/** All tasks of one kind. */
export interface GraphNode {
  kind: TaskKind
  tasks: Task[]
  status: TaskStatus
  /** 0 to 100, of all together. */
  progress: number
  /** How many are done. */
  finished: number
  waitsFor: TaskKind[]
  /** Column and row, both from 0; rows may lie between two whole ones. */
  level: number
  row: number
}

/** A line from the end of one column to the start of a later one, through these rows. */
export interface GraphEdge {
  from: TaskKind
  to: TaskKind
  points: { level: number; row: number }[]
}

export interface TaskGraph {
  nodes: GraphNode[]
  edges: GraphEdge[]
  levels: number
  /** The most rows that a column has. */
  rows: number
}

/** What a node, or the line of an edge that passes a column, takes up in that column. */
interface Place {
  level: number
  row: number
}

const FINISHED: TaskStatus[] = ['completed', 'skipped']

/** What a kind's status is when its tasks differ: the first of these that any of them has. */
const TELLING: TaskStatus[] = ['failed', 'running', 'queued', 'blocked', 'cancelled']

/** What waits for what, by kind of task, laid out from left to right. */
export function taskGraph(tasks: Task[]): TaskGraph {
  const kinds = [...new Set(tasks.map((task) => task.kind))]
  const parents = new Map(kinds.map((kind) => [kind, parentsOf(kind, kinds, tasks)]))
  const levels = new Map(kinds.map((kind) => [kind, levelOf(kind, parents)]))
  const nodes = kinds.map((kind) =>
    nodeOf(
      kind,
      tasks.filter((task) => task.kind === kind),
      parents,
      levels,
    ),
  )
  const edges = nodes.flatMap((node) =>
    direct(node.kind, parents).map((from) => edgeOf(from, node, levels)),
  )
  const columns = placesByLevel(nodes, edges)
  const rows = Math.max(1, ...columns.map((column) => column.length))
  for (const column of columns) {
    for (const [index, place] of column.entries()) place.row = index + (rows - column.length) / 2
  }
  for (const edge of edges) joinEnds(edge, nodes)
  return {
    nodes: [...nodes].sort((a, b) => a.level - b.level),
    edges,
    levels: columns.length,
    rows,
  }
}

/** The plan makes all that follow it, and a proof looks at what was published. */
function parentsOf(kind: TaskKind, kinds: TaskKind[], tasks: Task[]): TaskKind[] {
  const told = tasks.filter((task) => task.kind === kind).flatMap((task) => task.waitsFor)
  const known = [...new Set(told)].filter((parent) => kinds.includes(parent) && parent !== kind)
  if (known.length > 0 || kind === 'fetch') return known
  const before: TaskKind[] =
    kind === 'plan' ? ['fetch'] : kind === 'verify' || kind === 'thumbnail' ? ['package'] : ['plan']
  return before.filter((parent) => kinds.includes(parent))
}

function levelOf(kind: TaskKind, parents: Map<TaskKind, TaskKind[]>): number {
  const above = parents.get(kind) ?? []
  return above.length === 0 ? 0 : 1 + Math.max(...above.map((each) => levelOf(each, parents)))
}

/** Parents that are not waited for by another parent anyway. */
function direct(kind: TaskKind, parents: Map<TaskKind, TaskKind[]>): TaskKind[] {
  const above = parents.get(kind) ?? []
  return above.filter(
    (each) => !above.some((other) => other !== each && waits(other, each, parents)),
  )
}

function waits(kind: TaskKind, on: TaskKind, parents: Map<TaskKind, TaskKind[]>): boolean {
  return (parents.get(kind) ?? []).some((each) => each === on || waits(each, on, parents))
}

function nodeOf(
  kind: TaskKind,
  tasks: Task[],
  parents: Map<TaskKind, TaskKind[]>,
  levels: Map<TaskKind, number>,
): GraphNode {
  const finished = tasks.filter((task) => FINISHED.includes(task.status)).length
  return {
    kind,
    tasks,
    status: statusOf(tasks),
    progress: tasks.reduce((sum, task) => sum + task.progress, 0) / tasks.length,
    finished,
    waitsFor: direct(kind, parents),
    level: levels.get(kind) ?? 0,
    row: 0,
  }
}

function statusOf(tasks: Task[]): TaskStatus {
  const has = (status: TaskStatus) => tasks.some((task) => task.status === status)
  const found = TELLING.find(has)
  // Between two parts nothing may be running, but the kind is under way.
  if (found === 'queued' || found === 'blocked') return has('completed') ? 'running' : found
  return found ?? (has('completed') ? 'completed' : 'skipped')
}

function edgeOf(from: TaskKind, to: GraphNode, levels: Map<TaskKind, number>): GraphEdge {
  const first = levels.get(from) ?? 0
  const passed = Array.from({ length: to.level - first - 1 }, (_, n) => ({
    level: first + 1 + n,
    row: 0,
  }))
  return { from, to: to.kind, points: passed }
}

/** Every column's places: its nodes first, below them room for the lines that pass. */
function placesByLevel(nodes: GraphNode[], edges: GraphEdge[]): Place[][] {
  const columns: Place[][] = []
  const all: Place[] = [...nodes, ...edges.flatMap((edge) => edge.points)]
  for (const place of all) {
    const column = columns[place.level] ?? []
    columns[place.level] = column
    column.push(place)
  }
  return columns
}

function joinEnds(edge: GraphEdge, nodes: GraphNode[]): void {
  const at = (kind: TaskKind) => nodes.filter((node) => node.kind === kind)
  const ends = (kind: TaskKind) => at(kind).map(({ level, row }) => ({ level, row }))
  edge.points = [...ends(edge.from), ...edge.points, ...ends(edge.to)]
}
