// What Measure-IpcChannel does, in C: two processes, one mechanism, messages of one size, each process on a processor of its own.
//   ipc MECHANISM SIZE MILLISECONDS   the mechanisms by the names of Measure-IpcChannel; half of the time for each of the two:
// prints the median of a round trip in microseconds, and the bytes one way in a second.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIPE, FIFO, UNIX, UNIX_DATAGRAM, TCP, UDP, QUEUE, MEMORY, EVENT };
static const char *names[] = { "Pipe", "Fifo", "Unix", "UnixDatagram", "Tcp", "Udp", "MessageQueue", "SharedMemory", "EventFd" };

static int mechanism, window;
static size_t size;
static int in, out;
static char *message;
static uint64_t events;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// The ring: as IpcRing has it, with a line for each position and for each side's word to sleep on.
struct ring {
    _Alignas(128) _Atomic uint64_t head;
    _Alignas(128) _Atomic uint64_t tail;
    _Alignas(128) _Atomic uint32_t reader_sleeps;
    _Alignas(128) _Atomic uint32_t writer_sleeps;
    _Alignas(128) size_t capacity;
    _Alignas(128) char data[];
};

static struct ring *to, *from;
static uint64_t head, tail_seen, tail, head_seen;

static void wait_until_changed(_Atomic uint64_t *position, uint64_t value, _Atomic uint32_t *word)
{
    for (int round = 0; round < 16; round++) {
        for (int look = 0; look < 64; look++) {
            if (atomic_load_explicit(position, memory_order_acquire) != value) {
                return;
            }
#if defined(__x86_64__)
            __builtin_ia32_pause();
#elif defined(__aarch64__)
            __asm__ volatile("yield");
#endif
        }
        sched_yield();
    }
    for (;;) {
        atomic_store(word, 1);
        if (atomic_load(position) != value) {
            atomic_store(word, 0);
            return;
        }
        syscall(SYS_futex, word, FUTEX_WAIT, 1, NULL, NULL, 0);
    }
}

static void wake(_Atomic uint32_t *word)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(word, memory_order_acquire) != 0) {
        atomic_exchange(word, 0);
        syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    }
}

static void put(const char *bytes, size_t length)
{
    while (length > 0) {
        size_t room = to->capacity - (head - tail_seen);
        if (room < length) {
            tail_seen = atomic_load_explicit(&to->tail, memory_order_acquire);
            room = to->capacity - (head - tail_seen);
            if (room == 0) {
                wait_until_changed(&to->tail, tail_seen, &to->writer_sleeps);
                continue;
            }
        }
        size_t count = room < length ? room : length, at = head % to->capacity;
        size_t first = count < to->capacity - at ? count : to->capacity - at;
        memcpy(to->data + at, bytes, first);
        memcpy(to->data, bytes + first, count - first);
        head += count;
        atomic_store_explicit(&to->head, head, memory_order_release);
        wake(&to->reader_sleeps);
        bytes += count;
        length -= count;
    }
}

static void take(char *bytes, size_t length)
{
    while (length > 0) {
        size_t there = head_seen - tail;
        if (there == 0) {
            head_seen = atomic_load_explicit(&from->head, memory_order_acquire);
            there = head_seen - tail;
            if (there == 0) {
                wait_until_changed(&from->head, tail, &from->reader_sleeps);
                continue;
            }
        }
        size_t count = there < length ? there : length, at = tail % from->capacity;
        size_t first = count < from->capacity - at ? count : from->capacity - at;
        memcpy(bytes, from->data + at, first);
        memcpy(bytes + first, from->data, count - first);
        tail += count;
        atomic_store_explicit(&from->tail, tail, memory_order_release);
        wake(&from->writer_sleeps);
        bytes += count;
        length -= count;
    }
}

static void send_message(void)
{
    if (mechanism == MEMORY) {
        put(message, size);
    } else if (mechanism == QUEUE) {
        if (mq_send(out, message, size, 0) != 0) {
            fail("mq_send");
        }
    } else if (mechanism == EVENT) {
        uint64_t one = 1;
        if (write(out, &one, sizeof one) != sizeof one) {
            fail("write");
        }
    } else {
        for (size_t sent = 0; sent < size;) {
            ssize_t count = write(out, message + sent, size - sent);
            if (count < 0) {
                fail("write");
            }
            sent += (size_t)count;
        }
    }
}

static void receive_message(void)
{
    if (mechanism == MEMORY) {
        take(message, size);
    } else if (mechanism == QUEUE) {
        if (mq_receive(in, message, size, NULL) != (ssize_t)size) {
            fail("mq_receive");
        }
    } else if (mechanism == EVENT) {
        if (events == 0 && read(in, &events, sizeof events) != sizeof events) {
            fail("read");
        }
        events--;
    } else {
        for (size_t have = 0; have < size;) {
            ssize_t count = read(in, message + have, size - have);
            if (count <= 0) {
                fail("read");
            }
            have += (size_t)count;
        }
    }
}

static void open_two_ways(int here[2], int there[2])
{
    int a[2], b[2];
    if (mechanism == PIPE) {
        if (pipe2(a, O_CLOEXEC) != 0 || pipe2(b, O_CLOEXEC) != 0) {
            fail("pipe2");
        }
    } else {
        char folder[] = "/tmp/ipc-benchmark-XXXXXX", path[64];
        if (mkdtemp(folder) == NULL) {
            fail("mkdtemp");
        }
        for (int i = 0; i < 2; i++) {
            int *ends = i == 0 ? a : b;
            snprintf(path, sizeof path, "%s/%d", folder, i);
            if (mkfifo(path, 0600) != 0 || (ends[0] = open(path, O_RDONLY | O_NONBLOCK)) < 0 || (ends[1] = open(path, O_WRONLY)) < 0) {
                fail("mkfifo");
            }
            fcntl(ends[0], F_SETFL, 0);
            unlink(path);
        }
        rmdir(folder);
    }
    here[0] = b[0];
    here[1] = a[1];
    there[0] = a[0];
    there[1] = b[1];
}

static int bound(int type)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, type, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        fail("bind");
    }
    return fd;
}

static void join(int fd, int other)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(other, (struct sockaddr *)&address, &length) != 0 || connect(fd, (struct sockaddr *)&address, length) != 0) {
        fail("connect");
    }
}

static void open_sockets(int *here, int *there)
{
    int pair[2], one = 1;
    socklen_t length = sizeof one;
    if (mechanism == UNIX || mechanism == UNIX_DATAGRAM) {
        if (socketpair(AF_UNIX, mechanism == UNIX ? SOCK_STREAM : SOCK_DGRAM, 0, pair) != 0) {
            fail("socketpair");
        }
        *here = pair[0];
        *there = pair[1];
    } else if (mechanism == TCP) {
        int listener = bound(SOCK_STREAM);
        *here = socket(AF_INET, SOCK_STREAM, 0);
        if (listen(listener, 1) != 0) {
            fail("listen");
        }
        join(*here, listener);
        *there = accept(listener, NULL, NULL);
        setsockopt(*here, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(*there, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    } else {
        int room = 0;
        *here = bound(SOCK_DGRAM);
        *there = bound(SOCK_DGRAM);
        join(*here, *there);
        join(*there, *here);
        getsockopt(*here, SOL_SOCKET, SO_RCVBUF, &room, &length);
        window = room / 2 / (2 * (int)size + 2048);
        window = window < 2 ? 2 : window > 64 ? 64 : window;
    }
}

static struct ring *open_ring(void)
{
    size_t capacity = 2 * size > 65536 ? 2 * size : 65536;
    struct ring *ring = mmap(NULL, sizeof(struct ring) + capacity, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ring == MAP_FAILED) {
        fail("mmap");
    }
    ring->capacity = capacity;
    return ring;
}

static int open_queue(int number)
{
    char name[64];
    struct mq_attr attributes = { .mq_maxmsg = 10, .mq_msgsize = (long)size };
    snprintf(name, sizeof name, "/ipc-benchmark-%d-%d", getpid(), number);
    int queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    if (queue < 0) {
        fail("mq_open");
    }
    mq_unlink(name);
    return queue;
}

static void stay(int wanted)
{
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        fail("sched_getaffinity");
    }
    for (int i = 0, found = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &allowed) && found++ == wanted) {
            CPU_ZERO(&one);
            CPU_SET(i, &one);
            sched_setaffinity(0, sizeof one, &one);
            return;
        }
    }
}

// What the second process is to do: so many round trips, or so many messages one way; 0 of neither is the end.
struct order {
    long echo, consume;
};

static void serve(int control)
{
    struct order order;
    char done = 0;
    while (read(control, &order, sizeof order) == sizeof order) {
        if (write(control, &done, 1) != 1) {
            break;
        }
        for (long i = 0; i < order.echo; i++) {
            receive_message();
            send_message();
        }
        long half = window / 2, credit = half == 0 ? LONG_MAX : half;
        for (long i = 1; i <= order.consume; i++) {
            receive_message();
            if (i == credit) {
                credit += half;
                if (credit < order.consume) {
                    send_message();
                }
            }
        }
        if (order.consume > 0) {
            send_message();
        }
    }
    _exit(0);
}

static void tell(int control, long echo, long consume)
{
    struct order order = { echo, consume };
    char begun;
    if (write(control, &order, sizeof order) != sizeof order || read(control, &begun, 1) != 1) {
        fail("control");
    }
}

static long long ping_pong(int control, long count, long long *times)
{
    tell(control, count, 0);
    long long started = now(), before = started;
    for (long i = 0; i < count; i++) {
        send_message();
        receive_message();
        long long after = now();
        times[i] = after - before;
        before = after;
    }
    return before - started;
}

static long long stream(int control, long count)
{
    tell(control, 0, count);
    long half = window / 2, credit = half == 0 ? LONG_MAX : half * 2;
    long long started = now();
    for (long i = 0; i < count; i++) {
        if (i == credit) {
            receive_message();
            credit += half;
        }
        send_message();
    }
    receive_message();
    return now() - started;
}

static int compare(const void *one, const void *other)
{
    long long a = *(const long long *)one, b = *(const long long *)other;
    return (a > b) - (a < b);
}

enum { MOST = 2000000, BLOCK = 8000000 };

static long block(double one, long most)
{
    double count = BLOCK / one;
    return count < 16 ? 16 : count > (double)most ? most : (long)count;
}

static void measure(int control, long long time)
{
    long long *times = malloc(MOST * sizeof *times);
    const long long warm = 15000000;
    long count, trips = 0;
    double one = 1;
    long long begin = now();
    for (count = 16; now() - begin < warm; count = count * 4 < MOST ? count * 4 : count) {
        one = (double)ping_pong(control, count, times) / (double)count;
    }
    count = block(one, MOST / 4);
    begin = now();
    do {
        ping_pong(control, count, times + trips);
        trips += count;
    } while (now() - begin < time / 2 && trips + count <= MOST);
    qsort(times, (size_t)trips, sizeof *times, compare);

    begin = now();
    for (count = 16; now() - begin < warm; count = count * 4 < MOST ? count * 4 : count) {
        one = (double)stream(control, count) / (double)count;
    }
    count = block(one, 100000000);
    long long spent = 0, messages = 0;
    begin = now();
    do {
        spent += stream(control, count);
        messages += count;
    } while (now() - begin < time / 2);
    printf("%.3f %.0f\n", (double)times[(trips - 1) / 2] / 1e3, (double)messages * (double)size * 1e9 / (double)spent);
}

int main(int argc, char **argv)
{
    int here[2] = { -1, -1 }, there[2] = { -1, -1 }, control[2];
    if (argc != 4) {
        fputs("ipc MECHANISM SIZE MILLISECONDS\n", stderr);
        return 2;
    }
    while (mechanism <= EVENT && strcmp(argv[1], names[mechanism]) != 0) {
        mechanism++;
    }
    size = mechanism == EVENT ? sizeof(uint64_t) : (size_t)atoi(argv[2]);
    message = aligned_alloc(64, (size + 127) / 64 * 64);
    memset(message, 0x5A, size);
    struct ring *one = NULL, *other = NULL;
    switch (mechanism) {
    case PIPE:
    case FIFO:
        open_two_ways(here, there);
        break;
    case QUEUE:
        here[0] = there[1] = open_queue(0);
        here[1] = there[0] = open_queue(1);
        break;
    case MEMORY:
        one = open_ring();
        other = open_ring();
        break;
    case EVENT:
        here[0] = there[1] = eventfd(0, 0);
        here[1] = there[0] = eventfd(0, 0);
        break;
    default:
        if (mechanism > EVENT) {
            fputs("no such mechanism\n", stderr);
            return 2;
        }
        open_sockets(&here[0], &there[0]);
        here[1] = here[0];
        there[1] = there[0];
    }
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, control) != 0) {
        fail("socketpair");
    }
    pid_t child = fork();
    if (child == 0) {
        close(control[0]);
        stay(1);
        in = there[0];
        out = there[1];
        from = one;
        to = other;
        serve(control[1]);
    }
    close(control[1]);
    stay(0);
    in = here[0];
    out = here[1];
    to = one;
    from = other;
    measure(control[0], atoll(argv[3]) * 1000000);
    close(control[0]);
    waitpid(child, NULL, 0);
    return 0;
}
