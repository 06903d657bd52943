using EwasteEpr.Kernel;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.PublicRegister;

namespace EwasteEpr.Tests.Payments.Certificates;

/// <summary>A certificate stands exactly as long as its payment does, and anybody can see which it is.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    private readonly GivenMoney given = new();
    private OrganisationId importer;

    private CertificateSweep Sweep => new(given.Db);

    private DocumentVerification Verification => new(given.Db);

    public async Task InitializeAsync()
    {
        await given.InitializeAsync();
        importer = await given.OrganisationAsync();
    }

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Sweep_IssuesOneWhenPaidInFull_NotBefore()
    {
        var invoice = await given.InvoiceAsync(importer, 10_000);
        await given.PaidAsync(importer, invoice, 4_000);
        await Sweep.SweepAsync(default);
        Assert.Empty(await ListAsync());
        await given.PaidAsync(importer, invoice, 6_000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Sweep.SweepAsync(default)));
        var certificate = Assert.Single(await ListAsync());
        Assert.Equal(("Live", 10_000, 1), (certificate.State, certificate.AmountTiyn, certificate.Documents));
        Assert.EndsWith("-000001", certificate.Number, StringComparison.Ordinal);
        await given.AssertBooksAsync();
    }

    [Theory]
    [InlineData(ReversalCause.Refund)]
    [InlineData(ReversalCause.Dispute)]
    [InlineData(ReversalCause.BankReversal)]
    public async Task Sweep_AnnulsForEverWhenTheMoneyLeaves_AndIssuesAnewWhenItIsPaidAgain(ReversalCause cause)
    {
        var invoice = await given.InvoiceAsync(importer, 10_000);
        var receipt = await given.PaidAsync(importer, invoice, 10_000);
        await Sweep.SweepAsync(default);
        var first = Assert.Single(await ListAsync());
        await given.ReverseAsync(receipt, new Reversal(cause, Guid.CreateVersion7(), Money.FromTiyn(1)));
        await Sweep.SweepAsync(default);
        await given.AssertBooksAsync();
        var annulled = Assert.IsType<VerifyOutcome.Found>(await Verification.FindAsync(first.Code, default)).Payment;
        Assert.Equal(("Annulled", cause.ToString()), (annulled.State, annulled.AnnulledCause));

        await given.PaidAsync(importer, invoice, 1);
        await Sweep.SweepAsync(default);
        Assert.Equal(["Live", "Annulled"], (await ListAsync()).Select(one => one.State));
        Assert.False(Assert.IsType<VerifyOutcome.Found>(await Verification.FindAsync(first.Code, default)).Payment.IsLive);
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Sweep_WhenACorrectionLowersWhatWasPaid_IssuesANewOneOverLess()
    {
        var declaration = await given.DeclarationAsync(importer, 10_000);
        await given.BillAsync(declaration);
        await given.PaidAsync(importer, await given.InvoiceOfAsync(declaration), 10_000);
        await Sweep.SweepAsync(default);
        await given.VersionAsync(declaration, 2, 7_000);
        Assert.Equal("CreditNote", await given.BillAsync(declaration, 2));
        await Sweep.SweepAsync(default);
        Assert.Equal([("Live", 7_000L, null), ("Annulled", 10_000L, "Correction")], (await ListAsync()).Select(one => (one.State, one.AmountTiyn, one.AnnulledCause)));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Sweep_WhenACorrectionAdds_TheFirstStandsAndTheSecondCoversTheDifference()
    {
        var declaration = await given.DeclarationAsync(importer, 10_000);
        await given.BillAsync(declaration);
        await given.PaidAsync(importer, await given.InvoiceOfAsync(declaration), 10_000);
        await given.VersionAsync(declaration, 2, 13_000);
        await given.BillAsync(declaration, 2);
        await given.PaidAsync(importer, await given.InvoiceOfAsync(declaration, 2), 3_000);
        await Sweep.SweepAsync(default);
        Assert.Equal([3_000L, 10_000L], (await ListAsync()).Where(one => one.State == "Live").Select(one => one.AmountTiyn).Order());
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Sweep_WhenTheDeclarationIsReturned_LeavesNoLiveOne()
    {
        var declaration = await given.DeclarationAsync(importer, 10_000);
        await given.BillAsync(declaration);
        await given.PaidAsync(importer, await given.InvoiceOfAsync(declaration), 10_000);
        await Sweep.SweepAsync(default);
        await given.Database.ExecuteAsOwnerAsync($"set session_replication_role = replica; update declaration_versions set decision = 'Returned', decision_reasons = 'x', decided_at = app.now() where declaration_id = '{declaration}'; update declarations set state = 'Returned' where declaration_id = '{declaration}'; set session_replication_role = default; insert into billing_queue (declaration_id, version, event) values ('{declaration}', 1, 'Returned')");
        Assert.Equal("CreditNote", await given.BillAsync(declaration, 1, "Returned"));
        await Sweep.SweepAsync(default);
        Assert.Equal(("Annulled", "Return"), (await ListAsync()).Select(one => (one.State, one.AnnulledCause)).Single());
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Verification_OfAnExtract_AndOfWhatIsNone()
    {
        var invoice = await given.InvoiceAsync(importer, 10_000);
        await given.PaidAsync(importer, invoice, 10_000);
        await Sweep.SweepAsync(default);
        var (certificate, documents) = (await new CertificateQueries(given.Db).FindAsync(importer, (await ListAsync())[0].Number, 1, default))!.Value;
        var extract = Assert.IsType<VerifyOutcome.Found>(await Verification.FindAsync(CheckedCode.Show(documents[0].Code).ToLowerInvariant(), default));
        Assert.Equal((VerifiedKind.Extract, certificate.Number, "DT-1", 10_000), (extract.Kind, extract.Payment.OfCertificate, extract.Payment.DocumentNo, extract.Payment.AmountTiyn));

        Assert.IsType<VerifyOutcome.Unknown>(await Verification.FindAsync(CheckedCode.New(), default));
        foreach (var typed in new[] { null, "", "x", certificate.Code[..11], certificate.Code[..11] + (certificate.Code[11] == '0' ? '1' : '0'), certificate.Code + "0", "'; drop table certificates;" })
        {
            Assert.IsType<VerifyOutcome.Mistyped>(await Verification.FindAsync(typed, default));
        }

        Assert.Null(await new CertificateQueries(given.Db).FindAsync(await given.OrganisationAsync(), certificate.Number, null, default));
        Assert.Null(await new CertificateQueries(given.Db).FindAsync(importer, certificate.Number, 2, default));
    }

    [Fact]
    public void CheckedCode_FindsEveryWrongCharacterAndEveryExchange()
    {
        for (var round = 0; round < 20; round++)
        {
            var code = CheckedCode.New();
            Assert.Equal(code, CheckedCode.Parse(CheckedCode.Show(code).ToLowerInvariant()));
            for (var i = 0; i < CheckedCode.Length; i++)
            {
                foreach (var wrong in Crockford.Alphabet.Where(c => c != code[i]))
                {
                    Assert.Null(CheckedCode.Parse(code[..i] + wrong + code[(i + 1)..]));
                }

                for (var j = i + 1; j < CheckedCode.Length; j++)
                {
                    var swapped = code.ToCharArray();
                    (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                    Assert.True(swapped[i] == swapped[j] || CheckedCode.Parse(new string(swapped)) is null);
                }
            }
        }
    }

    private Task<IReadOnlyList<CertificateListed>> ListAsync() => new CertificateQueries(given.Db).ListAsync(importer, null, 100, default);
}
