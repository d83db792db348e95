/*
** The clock that ends calls. One thread looks each millisecond at the calls that
** run, and signals a thread whose call is past its limit; a call within its
** limits is left alone and pays for nothing but a few stores.
**
** Each thread that calls into Lua has a record. Its owner writes how many calls are
** inside each other there, whether it is in a plugin or in the host, and a number for each call; the watchdog alone
** keeps when it first saw a number, so no call reads a clock.
*/
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "bridge.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#endif
#ifdef __APPLE__
#include <mach/mach.h>
#endif

enum {
  PLU_TICK = 1000000,          /* ns between two looks while calls run */
  PLU_IDLE_TICK = 5000000,     /* ns, where the watchdog cannot know that all threads are out */
  PLU_IDLE_TICKS = 100,        /* looks without a call before it sleeps */
  PLU_GRACE = 3000000,         /* ns of CPU between a stop and the last resort */
  PLU_QUESTION = 5000000       /* ns between two questions to the host whether a call is still wanted */
};

_Thread_local plu_thread *plu_here;

_Atomic(bool) plu_watchdog_sleeps;

static struct {
  pthread_mutex_t lock; /* over the list, and each thread's life while it is signalled */
  pthread_cond_t wake;
  plu_thread *threads;
  pthread_key_t key;
  pthread_once_t once;
  int signal;
  bool is_running, has_barrier;
  struct sigaction earlier;
} watchdog = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .once = PTHREAD_ONCE_INIT, .signal = SIGURG};

int64_t plu_clock(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t) != 0) return 0;
  return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_nsec;
}

static int64_t cpu_of(const plu_thread *T) {
#ifdef __APPLE__
  thread_basic_info_data_t info;
  mach_msg_type_number_t count = THREAD_BASIC_INFO_COUNT;
  if (thread_info(T->port, THREAD_BASIC_INFO, (thread_info_t)&info, &count) != KERN_SUCCESS) return 0;
  return ((int64_t)info.user_time.seconds + info.system_time.seconds) * 1000000000 +
         ((int64_t)info.user_time.microseconds + info.system_time.microseconds) * 1000;
#else
  return plu_clock(T->clock);
#endif
}

/* Makes every thread's stores visible, so that its records need no fence of their own. */
static void barrier(void) {
  atomic_thread_fence(memory_order_seq_cst);
#ifdef __linux__
  if (watchdog.has_barrier) syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#endif
}

/* --- on the signalled thread --- */

static void act_on_request(plu_thread *T) {
  int32_t depth = atomic_load_explicit(&T->depth, memory_order_relaxed);
  if (depth == 0 || atomic_load_explicit(&T->place, memory_order_relaxed) != PLU_IN_PLUGIN) return;
  plu_frame *F = &T->frames[depth - 1];
  uint64_t request = atomic_load_explicit(&F->request, memory_order_relaxed);
  uint64_t number = atomic_load_explicit(&F->number, memory_order_relaxed);
  plu_state *S = atomic_load_explicit(&F->state, memory_order_relaxed);
  if (request >> PLU_REQUEST_BITS != number) {
    if (atomic_load_explicit(&F->question, memory_order_relaxed) == number) plu_question(S);
    return;
  }
  if (request & PLU_LEAVE) {
    if (S->stopped == PLU_RUNNING) S->stopped = (int32_t)(request & PLU_REASONS);
    if (S->critical > 0)
      S->leaves_late = 1;
    else
      plu_leave_by_jump(S);
  }
  plu_interrupt(S, (int32_t)(request & PLU_REASONS));
}

static void on_signal(int number, siginfo_t *info, void *context) {
  int error = errno;
  plu_thread *T = plu_here;
  if (T != NULL && atomic_exchange_explicit(&T->signalled, 0, memory_order_relaxed) != 0) {
    act_on_request(T);
  } else if (watchdog.earlier.sa_flags & SA_SIGINFO) {
    if (watchdog.earlier.sa_sigaction != NULL) watchdog.earlier.sa_sigaction(number, info, context);
  } else if (watchdog.earlier.sa_handler != SIG_DFL && watchdog.earlier.sa_handler != SIG_IGN) {
    watchdog.earlier.sa_handler(number);
  }
  errno = error;
}

/* --- the watchdog's own thread --- */

/* Signals the thread of a call that is the innermost there, and only while that is in the plugin, since a signal ends waits of the host. */
static void signal_call(plu_thread *T, int32_t frame, uint64_t number) {
  plu_frame *F = &T->frames[frame];
  if (frame != atomic_load_explicit(&T->depth, memory_order_relaxed) - 1) return;
  if (atomic_exchange_explicit(&T->signalled, 1, memory_order_relaxed) != 0) return; /* one is on its way */
  barrier();
  bool is_there = atomic_load_explicit(&T->place, memory_order_relaxed) == PLU_IN_PLUGIN &&
                  atomic_load_explicit(&F->number, memory_order_relaxed) == number;
  if (!is_there || pthread_kill(T->thread, watchdog.signal) != 0) atomic_store_explicit(&T->signalled, 0, memory_order_relaxed);
}

/* Asks a call to stop. */
static void ask(plu_thread *T, int32_t frame, uint64_t number, uint64_t what) {
  atomic_store_explicit(&T->frames[frame].request, number << PLU_REQUEST_BITS | what, memory_order_relaxed);
  signal_call(T, frame, number);
}

/* Has a call's host asked whether the call is still wanted. */
static void question(plu_thread *T, int32_t frame, uint64_t number) {
  atomic_store_explicit(&T->frames[frame].question, number, memory_order_relaxed);
  signal_call(T, frame, number);
}

/* Looks at one call. Returns the reason for which it must stop, or PLU_RUNNING. */
static int32_t look(plu_thread *T, plu_sight *sight, plu_frame *F, uint64_t number, int64_t now) {
  /* at once: a call may come to its next wait while this looks at clocks */
  atomic_fetch_add_explicit(&F->ticks, 1, memory_order_relaxed);
  int64_t cpu = atomic_load_explicit(&F->cpu, memory_order_relaxed);
  int64_t deadline = atomic_load_explicit(&F->deadline, memory_order_relaxed);
  if (sight->number != number) {
    int64_t used = deadline == 0 ? 0 : PLU_TICK; /* after a wait the tick that meets a call counts as used up: see plu_cpu_left */
    atomic_store_explicit(&F->cpu_start, cpu_of(T) - used, memory_order_relaxed);
    atomic_store_explicit(&F->wall_start, now, memory_order_relaxed);
    atomic_store_explicit(&F->seen, number, memory_order_release);
    *sight = (plu_sight){.number = number, .cpu_check = now + cpu - used, .stopped_at = -1, .next_question = now + PLU_QUESTION};
    if (deadline != 0 && now > deadline) return PLU_WALL_LIMIT;
    return cpu != 0 && cpu < used ? PLU_CPU_LIMIT : PLU_RUNNING;
  }
  if (sight->stopped_at >= 0) return PLU_RUNNING;
  int64_t wall = atomic_load_explicit(&F->wall, memory_order_relaxed);
  if (wall != 0 && now - atomic_load_explicit(&F->wall_start, memory_order_relaxed) > wall) return PLU_WALL_LIMIT;
  if (deadline != 0 && now > deadline) return PLU_WALL_LIMIT;
  if (cpu != 0 && now > sight->cpu_check) { /* CPU time passes no faster than the clock */
    int64_t left = cpu - (cpu_of(T) - atomic_load_explicit(&F->cpu_start, memory_order_relaxed));
    if (left < 0) return PLU_CPU_LIMIT;
    sight->cpu_check = now + left;
  }
  return PLU_RUNNING;
}

/* Looks at the calls of one thread, from the outermost on: what ends a call ends those inside of it. Returns whether there were any. */
static bool look_at(plu_thread *T, int64_t now) {
  int32_t depth = atomic_load_explicit(&T->depth, memory_order_acquire);
  if (depth == 0) return false;
  int32_t reason = PLU_RUNNING;
  for (int32_t i = 0; i < depth; i++) {
    plu_frame *F = &T->frames[i];
    plu_sight *sight = &T->sights[i];
    uint64_t number = atomic_load_explicit(&F->number, memory_order_acquire);
    int32_t found = look(T, sight, F, number, now);
    if (reason == PLU_RUNNING) reason = found;
    uint64_t earlier = atomic_load_explicit(&F->request, memory_order_relaxed);
    bool is_asked = earlier >> PLU_REQUEST_BITS == number;
    if (sight->stopped_at < 0 && (reason != PLU_RUNNING || is_asked)) {
      sight->stopped_at = cpu_of(T);
      ask(T, i, number, is_asked ? earlier & PLU_REASONS : (uint64_t)reason);
    } else if (sight->stopped_at >= 0) { /* again: the first may have come while the host ran */
      bool leaves = cpu_of(T) - sight->stopped_at > PLU_GRACE;
      ask(T, i, number, (earlier & PLU_REASONS) | (leaves ? PLU_LEAVE : 0));
    } else if (i == depth - 1 && now >= sight->next_question) {
      sight->next_question = now + PLU_QUESTION;
      question(T, i, number);
    }
  }
  return true;
}

static void sleep_until(int64_t time) {
  struct timespec t = {.tv_sec = (time_t)(time / 1000000000), .tv_nsec = (long)(time % 1000000000)};
#ifdef __linux__
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
  }
#else
  int64_t left = time - plu_clock(CLOCK_MONOTONIC);
  if (left <= 0) return;
  t = (struct timespec){.tv_sec = (time_t)(left / 1000000000), .tv_nsec = (long)(left % 1000000000)};
  nanosleep(&t, NULL);
#endif
}

static bool look_at_all(void) {
  bool is_busy = false;
  int64_t now = plu_clock(CLOCK_MONOTONIC);
  for (plu_thread *T = watchdog.threads; T != NULL; T = T->next) is_busy |= look_at(T, now);
  return is_busy;
}

#ifdef __linux__
/*
** The watchdog runs for microseconds and must not wait behind those it watches. A
** short slice lets it preempt at once from Linux 6.12 on, and takes no privilege; a
** higher priority is for who may ask for it.
*/
static void hurry(void) {
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t slice, deadline, period; /* ns */
  } attributes = {.size = sizeof attributes, .policy = SCHED_OTHER, .nice = getpriority(PRIO_PROCESS, 0), .slice = 100000};
  syscall(SYS_sched_setattr, 0, &attributes, 0);
  attributes.nice = -15; /* of this thread alone */
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}
#endif

static void *watch(void *unused) {
  (void)unused;
#ifdef __linux__
  pthread_setname_np(pthread_self(), "perilune-watch");
  hurry();
  /* here, since it takes the kernel 10 ms, for which no call should wait */
  bool has_barrier = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
#endif
#ifdef __APPLE__
  pthread_set_qos_class_self_np(QOS_CLASS_USER_INTERACTIVE, 0);
#endif
  int idle = 0;
  pthread_mutex_lock(&watchdog.lock);
#ifdef __linux__
  watchdog.has_barrier = has_barrier;
#endif
  while (true) {
    idle = look_at_all() ? 0 : idle + 1;
    if (idle >= PLU_IDLE_TICKS && watchdog.has_barrier) {
      /* who enters after this wakes the watchdog; who entered before is seen by one more look */
      atomic_store(&plu_watchdog_sleeps, true);
      barrier();
      if (look_at_all()) {
        atomic_store(&plu_watchdog_sleeps, false);
      } else {
        while (atomic_load(&plu_watchdog_sleeps)) pthread_cond_wait(&watchdog.wake, &watchdog.lock);
      }
      idle = 0;
      continue;
    }
    pthread_mutex_unlock(&watchdog.lock);
    sleep_until(plu_clock(CLOCK_MONOTONIC) + (idle < PLU_IDLE_TICKS ? PLU_TICK : PLU_IDLE_TICK));
    pthread_mutex_lock(&watchdog.lock);
  }
  return NULL;
}

static bool start(void) {
  if (watchdog.is_running) return true;
  struct sigaction action, earlier;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  if (sigaction(watchdog.signal, &action, &earlier) != 0) return false;
  if (earlier.sa_sigaction != on_signal) watchdog.earlier = earlier; /* not after a fork */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  pthread_t thread;
  watchdog.is_running = pthread_create(&thread, &attributes, watch, NULL) == 0;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return watchdog.is_running;
}

/* --- threads come and go --- */

static void forget_thread(void *record) {
  plu_thread *T = record;
  pthread_mutex_lock(&watchdog.lock);
  if (T->previous != NULL)
    T->previous->next = T->next;
  else
    watchdog.threads = T->next;
  if (T->next != NULL) T->next->previous = T->previous;
  pthread_mutex_unlock(&watchdog.lock);
  plu_here = NULL;
  free(T);
}

/* A child process has this thread alone. */
static void after_fork(void) {
  pthread_mutex_init(&watchdog.lock, NULL);
  pthread_cond_init(&watchdog.wake, NULL);
  watchdog.threads = NULL;
  watchdog.is_running = false;
  atomic_store(&plu_watchdog_sleeps, false);
  plu_here = NULL;
}

static void prepare(void) {
  pthread_key_create(&watchdog.key, forget_thread);
  pthread_atfork(NULL, NULL, after_fork);
}

/* The record of this thread, made when it first calls. Its signal may be blocked, as on Dispatch's threads. */
plu_thread *plu_add_thread(void) {
  pthread_once(&watchdog.once, prepare);
  plu_thread *T = calloc(1, sizeof *T);
  if (T == NULL) return NULL;
  T->thread = pthread_self();
#ifdef __APPLE__
  T->port = pthread_mach_thread_np(T->thread);
#else
  if (pthread_getcpuclockid(T->thread, &T->clock) != 0) T->clock = CLOCK_PROCESS_CPUTIME_ID;
#endif
  pthread_mutex_lock(&watchdog.lock);
  bool watches = start();
  if (watches) {
    T->next = watchdog.threads;
    if (T->next != NULL) T->next->previous = T;
    watchdog.threads = T;
  }
  pthread_mutex_unlock(&watchdog.lock);
  if (!watches) {
    free(T);
    return NULL;
  }
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, watchdog.signal);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  pthread_setspecific(watchdog.key, T);
  plu_here = T;
  return T;
}

/*
** What is left of its CPU time to a call that runs on this thread and is about to wait, after that many TICKS;
** below 0 when it is used up, 0 when there is no limit. No clock is read for what lies between two ticks: a call
** that waits often is charged with those that met it, which is as much on the average. One that lasted is measured.
*/
int64_t plu_cpu_left(const plu_thread *T, const plu_frame *F, uint32_t ticks) {
  int64_t cpu = atomic_load_explicit(&F->cpu, memory_order_relaxed);
  if (cpu == 0 || ticks == 0) return cpu;
  int64_t used = atomic_load_explicit(&F->deadline, memory_order_relaxed) == 0 ? 0 : (int64_t)ticks * PLU_TICK;
  if (atomic_load_explicit(&F->seen, memory_order_acquire) == atomic_load_explicit(&F->number, memory_order_relaxed)) {
    int64_t measured = cpu_of(T) - atomic_load_explicit(&F->cpu_start, memory_order_relaxed);
    if (ticks > 2 || measured > used) used = measured;
  }
  return used < cpu ? cpu - used : -1;
}

int64_t plu_deadline(const plu_frame *F) {
  int64_t deadline = atomic_load_explicit(&F->deadline, memory_order_relaxed), wall = atomic_load_explicit(&F->wall, memory_order_relaxed);
  if (deadline != 0) return deadline;
  if (wall == 0) return INT64_MAX;
  bool is_seen = atomic_load_explicit(&F->seen, memory_order_acquire) == atomic_load_explicit(&F->number, memory_order_relaxed);
  int64_t start = is_seen ? atomic_load_explicit(&F->wall_start, memory_order_relaxed) : plu_clock(CLOCK_MONOTONIC);
  return wall < INT64_MAX - start ? start + wall : INT64_MAX;
}

/* Wakes the watchdog, which sleeps when nothing ran for a while. */
void plu_wake_watchdog(void) {
  pthread_mutex_lock(&watchdog.lock);
  atomic_store(&plu_watchdog_sleeps, false);
  pthread_cond_signal(&watchdog.wake);
  pthread_mutex_unlock(&watchdog.lock);
}

/* Waits until no signal is on its way to this thread: it must not reach what the thread does next. */
void plu_await_signal(plu_thread *T) {
  pthread_mutex_lock(&watchdog.lock); /* the watchdog is not about to signal now */
  pthread_mutex_unlock(&watchdog.lock);
  for (int i = 0; i < 100000 && atomic_load_explicit(&T->signalled, memory_order_relaxed) != 0; i++) atomic_signal_fence(memory_order_seq_cst);
}

/* Ends the calls that run now of the state with that identity, from any thread. The state may be closed meanwhile. */
void plu_cancel(uint64_t identity) {
  pthread_mutex_lock(&watchdog.lock);
  for (plu_thread *T = watchdog.threads; T != NULL; T = T->next) {
    int32_t depth = atomic_load_explicit(&T->depth, memory_order_acquire);
    for (int32_t i = 0; i < depth; i++) {
      plu_frame *F = &T->frames[i];
      uint64_t number = atomic_load_explicit(&F->number, memory_order_acquire);
      if (atomic_load_explicit(&F->identity, memory_order_relaxed) == identity) ask(T, i, number, PLU_CANCELLED);
    }
  }
  pthread_mutex_unlock(&watchdog.lock);
}

/* Whether a call of the state with that identity is under way on this very thread, its instructions not being counted. */
bool plu_is_here(uint64_t identity) {
  const plu_thread *T = plu_here;
  int32_t depth = T == NULL ? 0 : atomic_load_explicit(&T->depth, memory_order_relaxed);
  for (int32_t i = 0; i < depth; i++) {
    if (atomic_load_explicit(&T->frames[i].identity, memory_order_relaxed) == identity) return true;
  }
  return false;
}

/* Whether the call that ended or was suspended last on this thread is one of that state, and used more CPU time than that. */
bool plu_used_more(uint64_t identity, int64_t cpu) {
  const plu_thread *T = plu_here;
  int32_t depth = T == NULL ? PLU_FRAMES : atomic_load_explicit(&T->depth, memory_order_relaxed);
  if (depth == PLU_FRAMES) return false;
  const plu_frame *F = &T->frames[depth];
  if (atomic_load_explicit(&F->identity, memory_order_relaxed) != identity) return false;
  if (atomic_load_explicit(&F->seen, memory_order_acquire) != atomic_load_explicit(&F->number, memory_order_relaxed)) return false;
  return cpu_of(T) - atomic_load_explicit(&F->cpu_start, memory_order_relaxed) > cpu;
}

/*
** Which signal is used, SIGURG unless this is called before the first state runs.
** Returns whether it was in time.
*/
bool plu_set_signal(int number) {
  pthread_mutex_lock(&watchdog.lock);
  bool is_in_time = !watchdog.is_running;
  if (is_in_time) watchdog.signal = number;
  pthread_mutex_unlock(&watchdog.lock);
  return is_in_time;
}
