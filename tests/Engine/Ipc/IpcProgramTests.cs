using System;
using System.Diagnostics;
using System.IO;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>Programs in C and Python on the same queue and the same memory, in both directions.</summary>
public sealed class IpcProgramTests : IDisposable
{
    private const string Source = """
        #include <fcntl.h>
        #include <mqueue.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/ipc.h>
        #include <sys/mman.h>
        #include <sys/msg.h>
        #include <sys/stat.h>
        #include <unistd.h>

        struct message { long type; char text[8192]; };
        struct record { int number; double ratio; char text[16]; long long count; };

        static void fail(const char *what) { perror(what); exit(1); }

        int main(int argc, char **argv)
        {
            if (!strcmp(argv[1], "mq-send")) {
                mqd_t queue = mq_open(argv[2], O_WRONLY);
                if (queue < 0 || mq_send(queue, argv[3], strlen(argv[3]), atoi(argv[4]))) fail("mq");
            } else if (!strcmp(argv[1], "mq-receive")) {
                mqd_t queue = mq_open(argv[2], O_RDONLY);
                struct mq_attr attributes;
                unsigned priority;
                char text[8192];
                if (queue < 0 || mq_getattr(queue, &attributes)) fail("mq");
                ssize_t length = mq_receive(queue, text, sizeof text, &priority);
                if (length < 0) fail("mq_receive");
                printf("%.*s %u %ld %ld\n", (int)length, text, priority, attributes.mq_maxmsg, attributes.mq_msgsize);
            } else if (!strcmp(argv[1], "mq-make")) {
                struct mq_attr attributes = { .mq_maxmsg = 2, .mq_msgsize = 50 };
                if (mq_open(argv[2], O_RDWR | O_CREAT | O_EXCL, 0600, &attributes) < 0) fail("mq_open");
            } else if (!strcmp(argv[1], "mq-unlink")) {
                if (mq_unlink(argv[2])) fail("mq_unlink");
            } else if (!strcmp(argv[1], "msg-send")) {
                struct message message = { .type = atol(argv[4]) };
                strcpy(message.text, argv[3]);
                if (msgsnd(msgget(atoi(argv[2]), 0), &message, strlen(argv[3]), 0)) fail("msgsnd");
            } else if (!strcmp(argv[1], "msg-receive")) {
                struct message message;
                ssize_t length = msgrcv(msgget(atoi(argv[2]), 0), &message, sizeof message.text, atol(argv[3]), 0);
                if (length < 0) fail("msgrcv");
                printf("%.*s %ld\n", (int)length, message.text, message.type);
            } else if (!strcmp(argv[1], "shm-change")) {
                int file = shm_open(argv[2], O_RDWR, 0);
                struct record *record = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
                if (file < 0 || record == MAP_FAILED) fail("shm");
                printf("%d %g %s\n", record->number, record->ratio, record->text);
                record->number++;
                record->ratio *= 2;
                strcpy(record->text, "from C");
            } else if (!strcmp(argv[1], "shm-count")) {
                int file = shm_open(argv[2], O_RDWR, 0);
                struct record *record = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
                if (file < 0 || record == MAP_FAILED) fail("shm");
                puts("ready");
                fflush(stdout);
                getchar();
                for (int i = 0; i < 1000000; i++) __atomic_fetch_add(&record->count, 1, __ATOMIC_SEQ_CST);
            } else if (!strcmp(argv[1], "shm-make")) {
                int file = shm_open(argv[2], O_RDWR | O_CREAT | O_EXCL, 0600);
                if (file < 0 || ftruncate(file, 4096) || pwrite(file, "made in C", 9, 0) != 9) fail("shm");
            }
            return 0;
        }
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly string _program;

    public IpcProgramTests()
    {
        IpcTest.SkipUnlessLinux();
        Assert.SkipUnless(CCompiler.Exists, "no C compiler here");
        _program = _directory.File("ipc");
        CCompiler.Compile(Source, _program);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_POSIX_queue_made_here()
    {
        using IpcPosixQueue queue = IpcPosixQueue.Create(IpcTest.Name(), 5, 100, IpcAccess.ReadWrite);
        queue.SendMessage("to C"u8, 7, Within.Ten);
        Assert.Equal("to C 7 5 100\n", IpcTest.Run(_program, "mq-receive", queue.Name!));
        IpcTest.Run(_program, "mq-send", queue.Name!, "from C", "9");
        IpcMessage message = queue.ReceiveMessage(100, 0, Within.Ten);
        Assert.Equal(("from C", 9), (message.Text, message.Priority));
    }

    [Fact]
    public void A_POSIX_queue_made_there()
    {
        string name = IpcTest.Name();
        IpcTest.Run(_program, "mq-make", name);
        using (IpcPosixQueue queue = IpcPosixQueue.Open(name, IpcAccess.ReadWrite))
        {
            Assert.Equal((2, 50), (queue.MaximumMessages, queue.MessageSize));
            Fails.With(Errno.EMSGSIZE, () => queue.Send(new byte[51], Within.Ten));
            using Process receiver = IpcTest.Start(_program, "mq-receive", name);
            queue.Send("wakes it"u8, Within.Ten);
            Assert.Equal("wakes it 0 2 50\n", IpcTest.Output(receiver));
        }

        IpcTest.Run(_program, "mq-unlink", name); // It was not ours to remove.
    }

    [Fact]
    public void A_queue_of_System_V()
    {
        int key = Random.Shared.Next(1, int.MaxValue);
        using IpcSystemVQueue queue = IpcSystemVQueue.Create(key);
        queue.SendMessage("other"u8, 1, Within.Ten);
        queue.SendMessage("to C"u8, 4, Within.Ten);
        Assert.Equal("to C 4\n", IpcTest.Run(_program, "msg-receive", $"{key}", "4"));
        IpcTest.Run(_program, "msg-send", $"{key}", "from C", "12");
        IpcMessage message = queue.ReceiveMessage(100, 12, Within.Ten);
        Assert.Equal(("from C", 12L), (message.Text, message.MessageType));
    }

    [Fact]
    public void A_structure_in_memory()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 4096);
        memory.WriteInt32(0, 41);
        memory.WriteDouble(8, 0.5);
        memory.WriteBytes(16, "from here\0"u8);
        Assert.Equal("41 0.5 from here\n", IpcTest.Run(_program, "shm-change", memory.Name));
        Assert.Equal((42, 1.0), (memory.ReadInt32(0), memory.ReadDouble(8)));
        Assert.Equal("from C\0"u8, memory.ReadBytes(16, 7));
    }

    [Fact]
    public void Two_processes_count_together_and_lose_nothing()
    {
        using IpcSharedMemory memory = IpcSharedMemory.Create(IpcTest.Name(), 4096);
        using Process counter = IpcTest.Start(_program, "shm-count", memory.Name);
        Assert.Equal("ready", counter.StandardOutput.ReadLine());
        counter.StandardInput.WriteLine();
        for (int i = 0; i < 100_000; i++)
        {
            memory.AddInt64(32, 1);
        }

        IpcTest.Output(counter);
        Assert.Equal(1_100_000, memory.ReadInt64(32));
    }

    [Fact]
    public void Memory_made_there_stays_theirs()
    {
        string name = IpcTest.Name();
        IpcTest.Run(_program, "shm-make", name);
        try
        {
            using (IpcSharedMemory memory = IpcSharedMemory.Open(name, 4096, IpcAccess.Read))
            {
                Assert.Equal("made in C"u8, memory.ReadBytes(0, 9));
            }

            Assert.True(File.Exists($"/dev/shm{name}"));
        }
        finally
        {
            File.Delete($"/dev/shm{name}");
        }
    }
}
