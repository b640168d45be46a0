// The client of the benchmarks. Each command does one block and prints one number.
//   load echo PORT CONNECTIONS SIZE MILLISECONDS   ping-pong on each connection: nanoseconds for one message
//   load connect PORT CONCURRENT MILLISECONDS      connect, send a byte, receive a byte, end: nanoseconds for one connection
//   load hold PORT CONNECTIONS                     opens them, prints how many, and holds them until its standard input ends
//   load source BYTES                              a server: prints its port, sends so many bytes to each client
//   load sink                                      a server: prints its port, receives each client to its end, then closes
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char buffer[64 * 1024];

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

static struct sockaddr_in loopback(int last, int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~0xFFu) | (unsigned)last), .sin_port = htons((unsigned short)port)
    };
    return address;
}

// One source address has about 28,000 ports; several of 127.0.0.0/8 have enough for any number.
static int open_connection(int port, int source)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail("socket");
    }

    int on = 1;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);

    // A server that is stuck breaks the benchmark; it must not stop it for ever.
    struct timeval limit = { .tv_sec = 10 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    struct sockaddr_in from = loopback(source, 0), to = loopback(1, port);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) {
        fail("bind");
    }

    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        fail("connect");
    }
    return fd;
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        fail("epoll_ctl");
    }
}

static void echo_alone(int port, int size, long long time)
{
    int fd = open_connection(port, 1);
    long long start = now(), end = start, messages = 0;
    do {
        if (send(fd, buffer, (size_t)size, 0) != size || recv(fd, buffer, (size_t)size, MSG_WAITALL) != size) {
            fail("echo");
        }
        messages++;
        end = now();
    } while (end - start < time);
    printf("%.3f\n", (double)(end - start) / (double)messages);
}

static void echo(int port, int connections, int size, long long time)
{
    if (connections == 1) {
        echo_alone(port, size, time);
        return;
    }

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int *got = calloc(65536, sizeof *got);
    int *fds = calloc((size_t)connections, sizeof *fds);
    for (int i = 0; i < connections; i++) {
        fds[i] = open_connection(port, 1);
        watch(epoll, fds[i]);
    }

    long long start = now(), end = start, messages = 0;
    for (int i = 0; i < connections; i++) {
        if (send(fds[i], buffer, (size_t)size, 0) != size) {
            fail("send");
        }
    }

    struct epoll_event events[256];
    do {
        int count = epoll_wait(epoll, events, 256, 5000);
        if (count <= 0) {
            fail("epoll_wait");
        }

        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            ssize_t part = recv(fd, buffer, (size_t)(size - got[fd]), 0);
            if (part <= 0) {
                fail("recv");
            }

            got[fd] += (int)part;
            if (got[fd] == size) {
                got[fd] = 0;
                messages++;
                if (send(fd, buffer, (size_t)size, 0) != size) {
                    fail("send");
                }
            }
        }
        end = now();
    } while (end - start < time);
    printf("%.3f\n", (double)(end - start) / (double)messages);
}

// Who closes first keeps the address for a minute (TIME_WAIT); a reset after the peer's end leaves nothing behind.
static void close_reset(int fd)
{
    struct linger zero = { .l_onoff = 1, .l_linger = 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &zero, sizeof zero);
    close(fd);
}

static int begin(int epoll, int port)
{
    int fd = open_connection(port, 1);
    if (send(fd, "A", 1, MSG_NOSIGNAL) != 1) {
        fail("send");
    }
    watch(epoll, fd);
    return fd;
}

static void connect_all(int port, int concurrent, long long time)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    char *answered = calloc(65536, 1);
    long long start = now(), end = start, connections = 0;
    for (int i = 0; i < concurrent; i++) {
        begin(epoll, port);
    }

    struct epoll_event events[256];
    int open = concurrent;
    while (open > 0) {
        int count = epoll_wait(epoll, events, 256, 10000);
        if (count <= 0) {
            fail("epoll_wait");
        }

        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            ssize_t part = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
            if (part < 0 && errno == EAGAIN) {
                continue;
            }

            if (part > 0) {
                if (buffer[0] != 'B') {
                    fputs("wrong answer\n", stderr);
                    exit(1);
                }
                answered[fd] = 1;
                part = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
                if (part < 0 && errno == EAGAIN) {
                    continue;
                }
            }

            if (!answered[fd]) {
                fputs("no answer\n", stderr);
                exit(1);
            }
            answered[fd] = 0;
            close_reset(fd);
            connections++;
            open--;
            end = now();
            if (end - start < time) {
                begin(epoll, port);
                open++;
            }
        }
    }
    printf("%.3f\n", (double)(end - start) / (double)connections);
}

static void hold(int port, int connections)
{
    for (int i = 0; i < connections; i++) {
        open_connection(port, 1 + i % 200);
    }
    printf("%d\n", connections);
    fflush(stdout);
    while (read(STDIN_FILENO, buffer, sizeof buffer) > 0) {
    }
}

static void serve(int sends, long long bytes)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = loopback(1, 0);
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 16) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        fail("listen");
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    struct pollfd either[2] = { { .fd = listener, .events = POLLIN }, { .fd = STDIN_FILENO, .events = POLLIN } };
    while (poll(either, 2, -1) > 0 && !either[1].revents) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) {
            fail("accept");
        }

        if (sends) {
            for (long long left = bytes; left > 0;) {
                ssize_t sent = send(client, buffer, left < (long long)sizeof buffer ? (size_t)left : sizeof buffer, MSG_NOSIGNAL);
                if (sent < 0) {
                    break;
                }
                left -= sent;
            }
        } else {
            while (recv(client, buffer, sizeof buffer, 0) > 0) {
            }
        }
        close(client);
    }
}

int main(int argc, char **argv)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    memset(buffer, 'x', sizeof buffer);

    const char *command = argc > 1 ? argv[1] : "";
    long long number[4] = { 0 };
    for (int i = 0; i < 4 && i + 2 < argc; i++) {
        number[i] = atoll(argv[i + 2]);
    }

    if (strcmp(command, "echo") == 0 && argc == 6) {
        echo((int)number[0], (int)number[1], (int)number[2], number[3] * 1000000);
    } else if (strcmp(command, "connect") == 0 && argc == 5) {
        connect_all((int)number[0], (int)number[1], number[2] * 1000000);
    } else if (strcmp(command, "hold") == 0 && argc == 4) {
        hold((int)number[0], (int)number[1]);
    } else if (strcmp(command, "source") == 0 && argc == 3) {
        serve(1, number[0]);
    } else if (strcmp(command, "sink") == 0 && argc == 2) {
        serve(0, 0);
    } else {
        fputs("usage: load echo|connect|hold|source|sink ...\n", stderr);
        return 2;
    }
    return 0;
}
