using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Owning;

namespace EwasteEpr.Tests.Vouchers;

public sealed class WalletTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly GivenCampaigns given = new(database);

    private VoucherWallet Wallet => new(database.Db, given.VoucherSecrets);

    public async Task InitializeAsync()
    {
        await given.CloseAllAsync();
        await given.OpenAsync(1_000_000);
    }

    public Task DisposeAsync() => database.AssertInvariantsAsync();

    [Fact]
    public async Task Open_ForItsOwnBrowser_AndForNoOther()
    {
        var made = await given.IssuedAsync(GivenCampaigns.Intake(device: given.VoucherSecrets.Device("cookie")));
        Assert.Equal(made.Pin, (await Wallet.OfDeviceAsync(made.Code, "cookie", CancellationToken.None))!.Pin);
        Assert.Null(await Wallet.OfDeviceAsync(made.Code, "other", CancellationToken.None));
    }

    [Fact]
    public async Task Open_ByCodeAndPin_WrongUsedAndForeignAreOneAnswerAfterOneStatement()
    {
        var made = await given.IssuedAsync();
        var right = Assert.IsType<OpenOutcome.Opened>(await Wallet.OpenAsync(made.Code.Grouped, made.Pin, From("203.0.113.20"), CancellationToken.None));
        Assert.Equal(made.VoucherId, right.VoucherId);
        var wrong = made.Pin == "0000" ? "0001" : "0000";
        (string Code, string Pin)[] tries = [(made.Code.ToString(), wrong), (VoucherCode.New().ToString(), made.Pin), ("nonsense", "12"), (made.Code.ToString(), "")];
        for (var i = 0; i < tries.Length; i++)
        {
            using var counter = new StatementCounter();
            counter.Start();
            Assert.IsType<OpenOutcome.Refused>(await Wallet.OpenAsync(tries[i].Code, tries[i].Pin, From($"203.0.113.{30 + i}"), CancellationToken.None));
            Assert.Equal(1, counter.Statements);
        }
    }

    [Fact]
    public async Task Guessing_FromOneAddress_EndsEarly_AlsoWithinItsNetwork()
    {
        var guesses = 0;
        while (await Wallet.OpenAsync(VoucherCode.New().ToString(), "1234", From($"2001:db8:7:1::{guesses + 1:x}"), CancellationToken.None) is OpenOutcome.Refused && guesses < 10_000)
        {
            guesses++;
        }

        Assert.InRange(guesses, 1, 40);
    }

    private static Actor From(string address) => new(null, null, null, "anonymous", "request-1", address);
}
