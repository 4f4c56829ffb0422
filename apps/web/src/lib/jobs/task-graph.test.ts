import { describe, expect, it } from 'vitest'
import type { TaskKind } from './job'
import { taskGraph } from './task-graph'
import { task } from './testing'

const ENCODED: TaskKind[] = ['video', 'audio']
const PARTS: TaskKind[] = ['video', 'audio', 'subtitles', 'images', 'mp4']

function whole() {
  return [
    task('plan', 'completed', { progress: 100 }),
    task('video', 'completed', { progress: 100 }),
    task('video', 'running', { ordinal: 1, progress: 50 }),
    task('audio', 'completed', { progress: 100 }),
    task('subtitles', 'completed', { progress: 100 }),
    task('images', 'blocked', { waitsFor: ['video'] }),
    task('mp4', 'blocked', { waitsFor: ENCODED }),
    task('package', 'blocked', { waitsFor: PARTS }),
  ]
}

function nodesOf(graph: ReturnType<typeof taskGraph>) {
  return graph.nodes.map(({ kind, level }) => `${kind} ${level}`)
}

describe('the graph of tasks', () => {
  it('puts each kind behind all that it waits for', () => {
    expect(nodesOf(taskGraph(whole()))).toEqual([
      'plan 0',
      'video 1',
      'audio 1',
      'subtitles 1',
      'images 2',
      'mp4 2',
      'package 3',
    ])
  })

  it('draws no line that others imply', () => {
    const lines = taskGraph(whole()).edges.map(({ from, to }) => `${from} ${to}`)
    expect(lines).toContain('subtitles package')
    expect(lines).not.toContain('video package')
    expect(lines).not.toContain('plan images')
  })

  it('leads a line that passes a column around its nodes', () => {
    const graph = taskGraph(whole())
    const line = graph.edges.find(({ from }) => from === 'subtitles')
    const passing = line?.points.find(({ level }) => level === 2)
    const nodes = graph.nodes.filter(({ level }) => level === 2)
    expect(passing).toBeDefined()
    for (const node of nodes) expect(node.row).not.toBe(passing?.row)
  })

  it('adds up the parts of a kind', () => {
    const video = taskGraph(whole()).nodes.find(({ kind }) => kind === 'video')
    expect(video).toMatchObject({ status: 'running', progress: 75, finished: 1 })
  })

  it('is under way between two parts, and failed with one of them', () => {
    const between = taskGraph([task('video', 'completed'), task('video', 'queued', { ordinal: 1 })])
    expect(between.nodes[0]?.status).toBe('running')
    const failed = taskGraph([task('video', 'failed'), task('video', 'cancelled', { ordinal: 1 })])
    expect(failed.nodes[0]?.status).toBe('failed')
    expect(taskGraph([task('captions', 'skipped')]).nodes[0]?.status).toBe('skipped')
  })

  it('begins with the fetching of a source that was not uploaded, and ends with a proof', () => {
    const kinds: TaskKind[] = ['fetch', 'plan', 'video', 'package', 'verify']
    const tasks = kinds.map((kind) =>
      task(kind, 'completed', { waitsFor: kind === 'package' ? ['video'] : [] }),
    )
    expect(nodesOf(taskGraph(tasks))).toEqual(kinds.map((kind, level) => `${kind} ${level}`))
  })
})
