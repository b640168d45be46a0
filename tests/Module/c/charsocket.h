/* What the four programs share: errors, one character each way, and addresses from text. Plain libc. */
#ifndef CHARSOCKET_H
#define CHARSOCKET_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: SIGPIPE ends the program, which is as good here */
#endif

/* No run outlives its test, whatever happens to the other side. */
enum { SECONDS_TO_LIVE = 30 };

static inline void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* 1: a character came. 0: the peer closed. Everything else is the end of the program. */
static inline int read_char(int fd, unsigned char *ch)
{
    ssize_t count;
    do
        count = read(fd, ch, 1);
    while (count == -1 && errno == EINTR);
    if (count == -1)
        fail("read");
    return (int)count;
}

static inline void write_char(int fd, unsigned char ch)
{
    ssize_t count;
    do
        count = send(fd, &ch, 1, MSG_NOSIGNAL);
    while (count == -1 && errno == EINTR);
    if (count != 1)
        fail("send");
}

/* A number from argv, or the end of the program. */
static inline int number(const char *text, int maximum)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < 0 || value > maximum) {
        fprintf(stderr, "not a number from 0 to %d: %s\n", maximum, text);
        exit(EXIT_FAILURE);
    }
    return (int)value;
}

/* A path, or @name for a name in Linux's abstract namespace: a NUL, then the name, and the length says where it ends. */
static inline socklen_t unix_address(struct sockaddr_un *address, const char *name)
{
    size_t length = strlen(name);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length == 0 || length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        fail(name);
    }
    memcpy(address->sun_path, name, length);
    if (name[0] == '@') {
        address->sun_path[0] = '\0';
        return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    }
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
}

/* 127.0.0.1 or ::1 and the like; ports travel in network byte order. */
static inline socklen_t inet_address(struct sockaddr_storage *address, const char *host, int port)
{
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((in_port_t)port);
        return sizeof *four;
    }
    if (inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((in_port_t)port);
        return sizeof *six;
    }
    fprintf(stderr, "not an address: %s\n", host);
    exit(EXIT_FAILURE);
}

/* The server's loop: read one character, answer the next one, close; for so many clients, then it is over. */
static inline void serve(int listening, int clients)
{
    while (clients-- > 0) {
        unsigned char ch;
        int fd;
        printf("server waiting\n");
        fflush(stdout);
        do
            fd = accept(listening, NULL, NULL);
        while (fd == -1 && (errno == EINTR || errno == ECONNABORTED));
        if (fd == -1)
            fail("accept");
        if (read_char(fd, &ch) == 1)
            write_char(fd, (unsigned char)(ch + 1));
        if (close(fd) == -1)
            fail("close");
    }
}

/* The client's part: send A, print the answer. */
static inline void ask(int fd)
{
    unsigned char ch = 'A';
    write_char(fd, ch);
    if (read_char(fd, &ch) == 0) {
        fprintf(stderr, "the server closed without an answer\n");
        exit(EXIT_FAILURE);
    }
    printf("char from server = %c\n", ch);
    if (close(fd) == -1)
        fail("close");
}

#endif
