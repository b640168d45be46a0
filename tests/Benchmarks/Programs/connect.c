// The barest probe of a range of ports: socket, connect, close for each. It prints how many were open, and the nanoseconds for one port.
//   connect 127.0.0.1 1 65535
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **argument)
{
    struct sockaddr_in to = { .sin_family = AF_INET };
    if (count != 4 || inet_pton(AF_INET, argument[1], &to.sin_addr) != 1) {
        fprintf(stderr, "usage: connect ADDRESS FIRST LAST\n");
        return 2;
    }
    int first = atoi(argument[2]);
    int last = atoi(argument[3]);
    int open = 0;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int port = first; port <= last; port++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            perror("socket");
            return 1;
        }
        to.sin_port = htons(port);
        open += connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
        close(fd);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double time = (end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec);
    printf("%d open\n%.1f\n", open, time / (last - first + 1));
    return 0;
}
