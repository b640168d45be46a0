// The two ends of a file transfer in plain C, with blocking sockets: sendfile on one side, recv and write on the other.
//   sendfile receive PATH        prints its port; for each connection receives everything into PATH, then closes it. Ends with its input.
//   sendfile send PORT PATH      for each line of its input sends PATH, waits until the peer has closed, and prints the nanoseconds that it took.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char buffer[256 * 1024];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void receive_into(int client, const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) fail("open");
    ssize_t count;
    while ((count = recv(client, buffer, sizeof buffer, 0)) > 0)
        for (ssize_t done = 0; done < count;) {
            ssize_t written = write(file, buffer + done, count - done);
            if (written < 0) fail("write");
            done += written;
        }
    if (count < 0) fail("recv");
    close(file);
}

static int receive(const char *path) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 5) || getsockname(listener, (struct sockaddr *)&address, &size)) fail("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    struct pollfd ready[2] = { { .fd = listener, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
    while (poll(ready, 2, -1) > 0) {
        if (ready[1].revents) return 0;
        int client = accept(listener, NULL, NULL);
        if (client < 0) fail("accept");
        receive_into(client, path);
        close(client);
    }
    return 1;
}

static int send_from(int port, const char *path) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    char line[64];
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        long long start = now();
        int channel = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(channel, (struct sockaddr *)&address, sizeof address)) fail("connect");
        int file = open(path, O_RDONLY);
        struct stat status;
        if (file < 0 || fstat(file, &status)) fail("open");
        off_t offset = 0;
        while (offset < status.st_size)
            if (sendfile(channel, file, &offset, status.st_size - offset) <= 0) fail("sendfile");
        close(file);
        shutdown(channel, SHUT_WR);
        if (recv(channel, line, 1, 0) != 0) fail("recv");
        close(channel);
        printf("%lld\n", now() - start);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "receive")) return receive(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "send")) return send_from(atoi(argv[2]), argv[3]);
    fprintf(stderr, "receive PATH | send PORT PATH\n");
    return 2;
}
