import { collect } from '../../src/explain/live/collect.js'
import { readFilters } from '../../src/explain/live/filters.js'
import { upSandboxed } from '../../src/run/sandboxed.js'
import type { NetState } from '../../src/state/state.js'
import { quote } from '../../src/step/quote.js'
import { Bash, type Said } from './bash.js'
import type { Command, Shape } from './types.js'

type Running = Awaited<ReturnType<typeof upSandboxed>>

/** A shape that stands in a sandbox. */
export class Lab implements AsyncDisposable {
  readonly shape: Shape
  readonly #running: Running
  readonly #bash: Bash

  private constructor(shape: Shape, running: Running, bash: Bash) {
    this.shape = shape
    this.#running = running
    this.#bash = bash
  }

  static async open(shape: Shape): Promise<Lab> {
    const running = await upSandboxed(shape.plan, {})
    const [first] = running.places
    const lab = new Lab(shape, running, new Bash(first?.enter ?? []))
    try {
      await lab.do(shape.wiring)
    } catch (error) {
      await lab[Symbol.asyncDispose]()
      throw error
    }
    return lab
  }

  /** A text as it is run in a node, as one word of the host's bash. */
  #inside(node: string, text: string): string {
    const namespace = this.shape.places.find((place) => place.node === node)?.namespace
    if (namespace === undefined) return `( ${text}\n)`
    return `nsenter --net=/run/netns/${namespace} -- bash --norc -c ${quote(text)}`
  }

  /** Commands that must succeed, in order. Neighbours in one place share a process. */
  async do(commands: readonly Command[]): Promise<void> {
    const groups: { node: string; texts: string[] }[] = []
    for (const { node, text } of commands) {
      const last = groups.at(-1)
      if (last?.node === node) last.texts.push(text)
      else groups.push({ node, texts: [text] })
    }
    const lines = groups.map(({ node, texts }) =>
      this.#inside(node, ['set -e', ...texts].join('\n')),
    )
    if (lines.length > 0) await this.#bash.ok(lines.join(' &&\n'))
  }

  run(node: string, text: string): Promise<Said> {
    return this.#bash.run(this.#inside(node, text))
  }

  /** The same text in each node. */
  async everywhere(text: string): Promise<ReadonlyMap<string, string>> {
    const mark = '\u0001'
    const lines = this.shape.places.map(({ node }) => this.#inside(node, text))
    const { text: said } = await this.#bash.run(lines.join(`; printf '${mark}';\n`))
    const texts = said.split(mark)
    return new Map(this.shape.places.map(({ node }, i) => [node, texts[i] ?? '']))
  }

  async collect(): Promise<NetState> {
    return (await collect(this.#running.places, { readFilters })).state
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bash[Symbol.asyncDispose]()
    await this.#running.down()
  }
}
