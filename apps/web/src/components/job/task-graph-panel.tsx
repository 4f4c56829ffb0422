'use client'

import { Text } from '@mantine/core'
import { type CSSProperties, useMemo } from 'react'
import { Section } from '@/components/ui/section'
import { formatPercent } from '@/lib/format'
import type { Task } from '@/lib/jobs/job'
import { kindLabel } from '@/lib/jobs/stages'
import { type GraphEdge, type GraphNode, type TaskGraph, taskGraph } from '@/lib/jobs/task-graph'
import classes from './task-graph.module.css'
import { TaskStatusIcon, taskStatusLabel } from './task-status'

/** Pixels from row to row, and how much of its column a node is wide, in percent. */
const ROW = 76
const NODE = 84

/** What waits for what: boxes and lines where there is room, a list of the same on a phone. */
export function TaskGraphPanel({ tasks }: { tasks: Task[] }) {
  const graph = useMemo(() => taskGraph(tasks), [tasks])
  const size = {
    '--column': `${10_000 / widthOf(graph)}%`,
    '--height': `${graph.rows * ROW - 12}px`,
  } as CSSProperties
  return (
    <Section title="Task graph">
      <div className={classes.graph} style={size}>
        <Lines graph={graph} />
        <ol className={classes.nodes} aria-label="Tasks in order, with what each waits for">
          {graph.nodes.map((node) => (
            <Node key={node.kind} node={node} />
          ))}
        </ol>
      </div>
    </Section>
  )
}

function Node({ node }: { node: GraphNode }) {
  const { kind, status, level, row, waitsFor } = node
  const place = { '--level': level, '--top': `${row * ROW}px` } as CSSProperties
  return (
    <li className={classes.node} data-status={status} style={place}>
      <span className={classes.label}>
        <TaskStatusIcon status={status} />
        {kindLabel(kind)}
      </span>
      <Text size="xs" c="dimmed" component="span" className={classes.state}>
        {stateText(node)}
      </Text>
      {waitsFor.length > 0 && (
        <Text size="xs" c="dimmed" component="span" className={classes.waits}>
          {`Waits for: ${waitsFor.map(kindLabel).join(', ')}`}
        </Text>
      )}
    </li>
  )
}

function stateText({ tasks, status, progress, finished }: GraphNode): string {
  const parts = tasks.length > 1 ? `, ${finished} of ${tasks.length} parts` : ''
  if (status === 'running') return `Running, ${formatPercent(progress)}${parts}`
  if (status === 'blocked') return `Waits${parts}`
  return `${taskStatusLabel(status)}${parts}`
}

/** Columns are a hundred units wide whatever the screen; behind the last box there is nothing. */
function widthOf(graph: TaskGraph): number {
  return graph.levels * 100 - (100 - NODE)
}

function Lines({ graph }: { graph: TaskGraph }) {
  const done = new Set(
    graph.nodes.filter(({ status }) => status === 'completed').map(({ kind }) => kind),
  )
  return (
    <svg
      className={classes.lines}
      viewBox={`0 0 ${widthOf(graph)} ${graph.rows * ROW - 12}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {graph.edges.map((edge) => (
        <path key={`${edge.from} ${edge.to}`} d={pathOf(edge)} data-done={done.has(edge.from)} />
      ))}
    </svg>
  )
}

function pathOf({ points }: GraphEdge): string {
  const y = (row: number) => row * ROW + ROW / 2 - 6
  let path = ''
  for (const [index, { level, row }] of points.entries()) {
    const left = level * 100
    const right = left + NODE
    if (index === 0) path += `M ${right} ${y(row)}`
    const next = points[index + 1]
    if (!next) break
    // From this column's end to the next one's start, and straight through that one if it is passed.
    const middle = (right + next.level * 100) / 2
    path += ` C ${middle} ${y(row)}, ${middle} ${y(next.row)}, ${next.level * 100} ${y(next.row)}`
    if (index + 2 < points.length) path += ` H ${next.level * 100 + NODE}`
  }
  return path
}
