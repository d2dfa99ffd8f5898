# bed: group=direct forms=both
"""Waits on the clock, on threads and on what threads share."""

import concurrent.futures
import queue
import sched
import select
import selectors
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor


async def sleeps():
    time.sleep(0.2)  # blocks: sleep


async def sleeps_by_scheduler():
    planner = sched.scheduler(time.monotonic, time.sleep)
    planner.enter(5, 1, print)
    planner.run()  # blocks: sleep


async def sleeps_in_select():
    select.select([], [], [], 2.5)  # blocks: network


async def polls(descriptor: int):
    poll = select.poll()
    poll.register(descriptor)
    poll.poll()  # blocks: network


async def epolls(descriptor: int):
    watcher = select.epoll()
    watcher.register(descriptor)
    return watcher.poll(3.0)  # blocks: network


async def selects(descriptor: int):
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        return selector.select(timeout=10)  # blocks: network


async def waits_for_a_signal():
    signal.pause()  # blocks: lock


async def waits_for_certain_signals():
    signal.sigwait({signal.SIGTERM})  # blocks: lock


async def acquires(lock: threading.Lock):
    lock.acquire()  # blocks: lock
    lock.release()


guard = threading.RLock()
room = threading.Condition()
slots = threading.BoundedSemaphore(2)
ready = threading.Event()
rendezvous = threading.Barrier(3)


async def enters():
    with guard:  # blocks: lock
        return 1


async def enters_semaphore():
    with slots:  # blocks: lock
        return 1


async def acquires_with_timeout():
    return slots.acquire(timeout=5)  # blocks: lock


async def waits_for_notice():
    with room:  # blocks: lock
        room.wait()  # blocks: lock


async def waits_for_predicate():
    return room.wait_for(lambda: True, 4)  # blocks: lock


async def waits_for_event():
    ready.wait()  # blocks: lock


async def waits_at_barrier():
    rendezvous.wait()  # blocks: lock


async def joins():
    worker = threading.Thread(target=print)
    worker.start()
    worker.join()  # blocks: lock


async def joins_a_list():
    workers = [threading.Thread(target=print) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=1)  # blocks: lock


async def joins_timer():
    timer = threading.Timer(2.0, print)
    timer.start()
    timer.join()  # blocks: lock


jobs: queue.Queue[int] = queue.Queue(maxsize=1)


async def takes():
    return jobs.get()  # blocks: lock


async def takes_with_timeout():
    return jobs.get(timeout=3)  # blocks: lock


async def puts(item: int):
    jobs.put(item)  # blocks: lock


async def waits_for_all_jobs():
    jobs.join()  # blocks: lock


async def takes_from_simple():
    inbox = queue.SimpleQueue()
    return inbox.get()  # blocks: lock


async def takes_the_most_urgent(heap: queue.PriorityQueue):
    return heap.get(True, 30)  # blocks: lock


async def asks_a_future():
    pool = ThreadPoolExecutor(1)
    future = pool.submit(pow, 2, 3)
    return future.result()  # blocks: lock


async def asks_for_the_exception(future: concurrent.futures.Future):
    return future.exception(timeout=2)  # blocks: lock


async def leaves_a_pool():
    with ThreadPoolExecutor() as pool:  # blocks: lock
        pool.submit(print, 1)


async def shuts_a_pool():
    pool = concurrent.futures.ProcessPoolExecutor()
    pool.submit(print, 1)  # either: forking takes a moment
    pool.shutdown(wait=True)  # blocks: lock


async def waits_for_futures(futures):
    concurrent.futures.wait(futures)  # blocks: lock


async def takes_futures_as_they_come(futures: list[concurrent.futures.Future[int]]):
    total = 0
    for future in concurrent.futures.as_completed(futures):  # blocks: lock id=as-completed
        total += future.result()  # blocks: lock id=as-completed
    return total


async def maps_over_a_pool(pool: ThreadPoolExecutor):
    return list(pool.map(abs, [1, -2]))  # blocks: lock
