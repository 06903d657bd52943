using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Messages;

public sealed class OutboxTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Sweep_ALetterSealedWithALostKey_DoesNotHoldUpTheOthers()
    {
        await new Outbox(database.Db, NewSecrets()).WriteAsync(Letter("lost@example.kz"), CancellationToken.None);
        var outbox = new Outbox(database.Db, NewSecrets());
        await outbox.WriteAsync(Letter("next@example.kz"), CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("ewaste-letters-").FullName;
        try
        {
            Assert.Equal(1, await outbox.SweepAsync(new FolderMailer(folder), keepText: false, CancellationToken.None));
            Assert.Contains("next@example.kz", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(folder))), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Smtp_AServerThatNeverSpeaks_IsGivenUp()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var settings = new SmtpSettings("127.0.0.1", ((IPEndPoint)mute.LocalEndpoint).Port, Tls: false, "from@example.kz", null, null);
        await Assert.ThrowsAsync<MailerException>(() => new SmtpMailer(settings, TimeSpan.FromMilliseconds(200)).DeliverAsync(Letter("a@example.kz"), CancellationToken.None));
    }

    private static Letter Letter(string to) => new(to, "en", "s", "b");

    private static Secrets NewSecrets() => new(RandomNumberGenerator.GetBytes(32));
}
