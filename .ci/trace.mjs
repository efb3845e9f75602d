// What a run may leave behind: looked at before and after, the two must be equal.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

function listing(folder) {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`)
  } catch {
    return [] // it is not there, which is as good as empty
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function tree() {
  try {
    const words = ['status', '--porcelain', '--untracked-files=all']
    return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `git status: ${line}`)
  } catch {
    return [] // no git, or no clone: there is nothing to compare with
  }
}

/** The machine as far as netloom could change it, in lines. */
export function machine() {
  return [
    ...listing('/run/netns'),
    ...listing('/run/netloom'),
    ...listing('/sys/class/net'),
    ...read('/proc/net/route').split('\n').slice(1).filter(Boolean),
    `net.ipv4.ip_forward = ${read('/proc/sys/net/ipv4/ip_forward').trim()}`,
    `net.ipv6.conf.all.forwarding = ${read('/proc/sys/net/ipv6/conf/all/forwarding').trim()}`,
    ...tree(),
  ]
}

/** The processes that bear a mark in their environment: those of a run, whoever their parent is by now. */
export function processesWith(mark) {
  return listing('/proc')
    .filter((folder) => /^\/proc\/\d+$/.test(folder) && folder !== `/proc/${process.pid}`)
    .filter((folder) => read(`${folder}/environ`).split('\0').includes(mark))
    .map((folder) => {
      const command = read(`${folder}/cmdline`).replaceAll('\0', ' ').trim()
      return `process ${folder.slice('/proc/'.length)}: ${command}`
    })
}

/** Files that a run left in the folder that it had for temporary ones. */
export const temporary = listing
