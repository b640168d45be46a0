// The datagram side of the benchmarks, on plain recvfrom(2) and sendto(2).
//   udp serve                          echoes; prints its port, ends when its standard input does
//   udp load PORT WINDOW SIZE MILLISECONDS   keeps so many datagrams under way: prints the nanoseconds for one
//   udp burst PORT SIZE COUNT          for each line of its standard input sends so many datagrams, and prints a line
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void *end_with_input(void *unused)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    exit(0);
    return unused;
}

static void watch_input(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_with_input, NULL) != 0) {
        fail("pthread_create");
    }
}

static int open_socket(int port)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((unsigned short)port) };
    struct timeval limit = { .tv_sec = 5 };
    if (fd < 0) {
        fail("socket");
    }
    if (port == 0 ? bind(fd, (struct sockaddr *)&address, sizeof address) : connect(fd, (struct sockaddr *)&address, sizeof address)) {
        fail("bind or connect");
    }
    if (port != 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) {
        fail("setsockopt");
    }
    return fd;
}

static void serve(void)
{
    int fd = open_socket(0);
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        fail("getsockname");
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    watch_input();
    for (;;) {
        length = sizeof address;
        ssize_t count = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&address, &length);
        if (count >= 0) {
            sendto(fd, buffer, (size_t)count, 0, (struct sockaddr *)&address, length);
        }
    }
}

static void load(int port, int window, int size, long long time)
{
    int fd = open_socket(port);
    long long start = now(), end = start, messages = 0;
    for (int i = 0; i < window; i++) {
        if (send(fd, buffer, (size_t)size, 0) != size) {
            fail("send");
        }
    }
    do {
        if (recv(fd, buffer, sizeof buffer, 0) != size) {
            fail("recv");
        }
        messages++;
        if (send(fd, buffer, (size_t)size, 0) != size) {
            fail("send");
        }
        end = now();
    } while (end - start < time);
    printf("%.3f\n", (double)(end - start) / (double)messages);
}

static void burst(int port, int size, int count)
{
    int fd = open_socket(port);
    char line[16];
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        for (int i = 0; i < count; i++) {
            if (send(fd, buffer, (size_t)size, 0) != size) {
                fail("send");
            }
        }
        puts("sent");
        fflush(stdout);
    }
}

int main(int count, char **argument)
{
    if (count == 2 && strcmp(argument[1], "serve") == 0) {
        serve();
    } else if (count == 6 && strcmp(argument[1], "load") == 0) {
        load(atoi(argument[2]), atoi(argument[3]), atoi(argument[4]), atoll(argument[5]) * 1000000);
    } else if (count == 5 && strcmp(argument[1], "burst") == 0) {
        burst(atoi(argument[2]), atoi(argument[3]), atoi(argument[4]));
    } else {
        fputs("udp serve | load PORT WINDOW SIZE MILLISECONDS | burst PORT SIZE COUNT\n", stderr);
        return 2;
    }
    return 0;
}
