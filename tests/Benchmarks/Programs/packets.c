// packets PORT COUNT RATE SIZE: sends datagrams of SIZE bytes, the headers of IP and UDP included, to a port of the loopback, RATE a second or, for 0, as fast as
// they go. Prints the nanoseconds that one took.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 16

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int size = atoi(argv[4]) - 28;
    long count = atol(argv[2]), rate = atol(argv[3]);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s < 0 || size < 4 || connect(s, (struct sockaddr *)&to, sizeof to) < 0)
        return 1;

    static char data[BATCH][65536];
    struct iovec vectors[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){ data[i], size };
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }

    double start = now();
    for (long sent = 0; sent < count;) {
        int batch = count - sent < BATCH ? count - sent : BATCH;
        for (int i = 0; i < batch; i++) {
            unsigned number = sent + i;
            memcpy(data[i], &number, sizeof number);
        }
        int done = sendmmsg(s, messages, batch, 0);
        if (done <= 0)
            continue; // ECONNREFUSED and ENOBUFS: it is sent again.
        sent += done;
        while (rate && now() - start < sent * 1e9 / rate)
            ;
    }
    printf("%.1f\n", (now() - start) / count);
    return 0;
}
