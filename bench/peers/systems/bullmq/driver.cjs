// Loads BullMQ as bench/peers/client_load.cpp loads the other systems, but from within Node, where
// its clients run.
//
//   node driver.cjs MODULES REDIS_PORT     MODULES: the folder whose node_modules contains bullmq
//
// Listens on a free port of 127.0.0.1 and prints it. Each input line is a request in JSON, each
// output line its answer:
//
//   {"do": "open", "connections": 8, "batch": 100, "payload": 256}
//   {"do": "push" | "take" | "cycle", "ms": 500, "jobs": 100000}
//       -> {"pushed": N, "taken": N, "seconds": S, "pop_ms": [...]}
'use strict';

const net = require('node:net');
const {createRequire} = require('node:module');
const {Queue, Worker} = createRequire(`${process.argv[2]}/driver.cjs`)('bullmq');

const redis = {
  host: '127.0.0.1',
  port: Number(process.argv[3]),
  enableAutoPipelining: true, // Sends commands of the same tick in one write.
  maxRetriesPerRequest: null,
};
const name = 'jobs';
const token = 'bench';
const options = {removeOnComplete: true, removeOnFail: true};

let connections = [];
let batch = 1;
let dataSize = 0;

// Letters and digits that compress no better than payloads do in the worst case.
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const noise = Array.from({length: 1 << 17}, () => letters[Math.floor(Math.random() * letters.length)]).join('');
let noiseAt = 0;

function payload() {
  noiseAt = noiseAt + dataSize > noise.length ? 0 : noiseAt;
  const data = noise.slice(noiseAt, noiseAt + dataSize);
  noiseAt += dataSize;
  return {data};
}

async function close() {
  await Promise.all(connections.flatMap(({queue, worker}) => [queue.close(), worker.close()]));
  connections = [];
}

async function open(request) {
  await close();
  batch = request.batch;
  dataSize = request.payload - '{"data":""}'.length;
  for (let index = 0; index < request.connections; ++index) {
    // No job runs long enough here to need a renewed lock.
    connections.push({
      queue: new Queue(name, {connection: redis}),
      worker: new Worker(name, null, {
        connection: redis, autorun: false, lockDuration: 600000, skipLockRenewal: true,
      }),
    });
  }
  await Promise.all(connections.flatMap(
    ({queue, worker}) => [queue.waitUntilReady(), worker.waitUntilReady()]));
  return {};
}

// A maximum number of jobs, and a time after which none is started.
class Quota {
  constructor(jobs, end) {
    this.left = jobs;
    this.end = end;
  }

  goesOn() {
    return this.left > 0 && performance.now() < this.end;
  }
}

class Load {
  constructor(request) {
    this.begun = performance.now();
    this.quota = new Quota(request.jobs, this.begun + request.ms);
    this.result = {pushed: 0, taken: 0, seconds: 0, pop_ms: []};
  }

  async push({queue}) {
    if (batch === 1) {
      await queue.add(name, payload(), options);
    } else {
      await queue.addBulk(Array.from({length: batch}, () => ({name, data: payload(), opts: options})));
    }
    this.result.pushed += batch;
  }

  async pushes(connection) {
    while (this.quota.goesOn()) {
      this.quota.left -= batch;
      await this.push(connection);
    }
  }

  async pop(worker, quota) {
    --quota.left;
    const sent = performance.now();
    const job = await worker.getNextJob(token, {block: false});
    if (job) {
      this.result.pop_ms.push(performance.now() - sent);
    } else {
      ++quota.left;
    }
    return job;
  }

  // Takes one job after another, as a Worker does: completing a job returns the next one.
  async takes({worker}, quota) {
    let job = quota.goesOn() ? await this.pop(worker, quota) : undefined;
    while (job) {
      const more = quota.goesOn();
      quota.left -= more ? 1 : 0;
      const next = await job.moveToCompleted(0, token, more);
      ++this.result.taken;
      job = more && next ? await worker.nextJobFromJobData(next[0], next[1], token) : undefined;
      quota.left += more && !job ? 1 : 0;
    }
  }

  takesTogether(connection, quota, slots) {
    return Promise.all(Array.from({length: slots}, () => this.takes(connection, quota)));
  }

  async cycles(connection) {
    while (this.quota.goesOn()) {
      this.quota.left -= batch;
      await this.push(connection);
      await this.takesTogether(connection, new Quota(batch, Infinity), Math.ceil(batch / 10));
    }
  }

  async run(what) {
    const work = {
      push: (connection) => this.pushes(connection),
      take: (connection) => this.takesTogether(connection, this.quota, batch),
      cycle: (connection) => this.cycles(connection),
    }[what];
    await Promise.all(connections.map(work));
    this.result.seconds = (performance.now() - this.begun) / 1000;
    return this.result;
  }
}

function answer(request) {
  return request.do === 'open' ? open(request) : new Load(request).run(request.do);
}

const server = net.createServer(async (socket) => {
  let text = '';
  for await (const piece of socket) {
    text += piece;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      const result = await Promise.resolve(JSON.parse(line)).then(answer).catch((error) => ({error: String(error)}));
      socket.write(`${JSON.stringify(result)}\n`);
    }
  }
});
server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
