// What waits in the outbox, beyond the page: IndexedDB keeps it, Web Locks say whose it is, a BroadcastChannel tells the
// visitor's other tabs. src/platform/database.rs is the other side; `tell` takes what happens.
//
// Each tab holds a lock of its own for as long as it lives, and its records carry its name. Whoever gets the lock of
// another tab knows that that one has ended, and takes its records over: one transaction, so only one tab does. Where a
// browser has no locks (or the page no secure origin) each tab takes everything; then two may send the same, and it is
// the server that stores it once.
window.shopbellOutbox = (tell) => {
  'use strict';

  const NAME = 'shopbell-outbox';
  const me = NAME + [...crypto.getRandomValues(new Uint32Array(4))].join('-');
  const { locks } = navigator;
  const channel = window.BroadcastChannel && new BroadcastChannel(NAME);
  const followed = new Set([me]);
  const orders = new Map();
  const byOrder = (a, b) => a.order - b.order;
  let queue = Promise.resolve();
  let database = null;
  let holding = null;
  let endTurn = null;
  let last = 0;

  // Nothing is created before there is something to keep.
  const open = (create) =>
    (database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        if (create) request.result.createObjectStore(NAME, { keyPath: 'id' });
        else request.transaction.abort();
      };
      request.onsuccess = () => {
        const opened = request.result;
        opened.onclose = opened.onversionchange = () => {
          opened.close();
          database = null;
        };
        resolve(opened);
      };
      request.onerror = request.onblocked = reject;
    }).catch((error) => {
      database = null;
      throw error;
    }));

  // Answers when the transaction is on disk.
  const run = async (mode, work, create = true) => {
    const transaction = (await open(create)).transaction(NAME, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(NAME));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    });
    return request.result;
  };

  const inTurn = (work) => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };

  const hold = () =>
    (holding ??= new Promise((resolve) => {
      if (!locks) return resolve();
      const forever = () => {
        resolve();
        return new Promise(() => {});
      };
      locks.request(me, forever).catch(resolve);
    }));

  const say = ({ id, text }) => channel?.postMessage({ id, text, owner: me });

  const adopt = async (owner) => {
    await hold();
    const taken = [];
    await run('readwrite', (store) => {
      const request = store.getAll();
      request.onsuccess = () => {
        for (const record of request.result) {
          if (record.owner !== owner) continue;
          orders.set(record.id, record.order);
          store.put({ ...record, owner: me });
          taken.push(record);
        }
      };
      return request;
    });
    taken.forEach(say);
    return taken.sort(byOrder);
  };

  const hear = ({ id, text, owner, gone }) => {
    if (gone) return tell({ gone });
    tell({ elsewhere: text });
    if (!locks || followed.has(owner)) return;
    followed.add(owner);
    const ended = async () => tell({ restored: await adopt(owner) });
    locks.request(owner, () => inTurn(ended)).catch(() => {});
  };

  inTurn(async () => {
    const taken = [];
    let all = [];
    try {
      all = await run('readonly', (store) => store.getAll(), false);
      for (const owner of new Set(all.sort(byOrder).map((record) => record.owner))) {
        const take = async (free) => free && taken.push(...(await adopt(owner)));
        await (locks ? locks.request(owner, { ifAvailable: true }, take) : take(true));
      }
    } catch {
      // There is nothing, or nothing that can be read.
    }
    tell({ restored: taken.sort(byOrder) });
    const ids = new Set(taken.map((record) => record.id));
    all.filter((record) => !ids.has(record.id)).forEach(hear);
  });
  if (channel) channel.onmessage = ({ data }) => hear(data);

  const acts = {
    put: (record) => {
      const { id } = record;
      if (!orders.has(id)) orders.set(id, (last = Math.max(last + 1, Date.now())));
      const put = async () => {
        await hold();
        await run('readwrite', (store) => store.put({ ...record, order: orders.get(id), owner: me }));
        say(record);
      };
      inTurn(put).then(
        () => tell({ written: id, well: true }),
        () => tell({ written: id }),
      );
    },
    remove: (id) => inTurn(() => run('readwrite', (store) => store.delete(id), false)).catch(() => {}),
    clear: () => inTurn(() => run('readwrite', (store) => store.clear(), false)).catch(() => {}).then(() => tell({ cleared: true })),
    gone: (gone) => channel?.postMessage({ gone }),
    turn: () => {
      const take = () =>
        new Promise((resolve) => {
          endTurn = resolve;
          tell({ turn: true });
        });
      (locks ? locks.request(NAME, take) : take()).catch(() => tell({ turn: true }));
    },
    turned: () => endTurn?.(),
  };
  return (act, value) => void acts[act](value);
};
