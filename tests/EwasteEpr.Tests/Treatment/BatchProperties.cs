using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Support;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Fractions;

namespace EwasteEpr.Tests.Treatment;

/// <summary>Random batches, corrections, loads and words of buyers: mass is conserved to the gram at every step, and a recount that knows no ledger agrees with every account.</summary>
public sealed class BatchProperties : IAsyncLifetime
{
    private static readonly string[] Purposes = ["mass_site_lot", "mass_in_batch", "mass_fraction", "mass_reused", "mass_recycled", "mass_recovered", "mass_disposed", "mass_process_loss", "mass_measurement_difference"];

    private readonly TestDatabase database = new();
    private GivenTreatment given = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        given = new GivenTreatment(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomWork_ConservesMass_AndARecountAgrees(int seed)
    {
        var random = new Random(seed);
        var site = await given.Sites.CertifiedAsync(annualGrams: 1_000_000_000_000);
        var book = new Recount();
        for (var step = 0; step < 120; step++)
        {
            await StepAsync(site, book, random);
            if (step % 10 == 0)
            {
                await AssertAgreesAsync(book, step);
            }
        }

        await AssertAgreesAsync(book, -1);
        await database.AssertInvariantsAsync();
    }

    private async Task StepAsync(CertifiedSite site, Recount book, Random random)
    {
        switch (random.Next(10))
        {
            case 0 or 1:
                var grams = random.NextInt64(1, 2_000_000);
                await given.Sites.StockAsync(site, new StockGiven(grams, Day: new DateOnly(2026, 1, 1).AddDays(random.Next(200))));
                book.Stock += grams;
                book.Received += grams;
                break;
            case 2 or 3 or 4 when book.Stock > 100:
                await BatchAsync(site, book, random);
                break;
            case 5 when book.Open.Count > 0:
                var open = book.Open[random.Next(book.Open.Count)];
                Assert.Null(await given.Batches.CancelAsync(open.Number, site.Organisation, GivenTreatment.Actor(site), default));
                book.Open.Remove(open);
                book.Stock += open.Input;
                break;
            case 6 when book.Closed.Count > 0:
                await CorrectAsync(site, book, book.Closed[random.Next(book.Closed.Count)], random);
                break;
            case >= 7 when book.Closed.Count > 0:
                await ShipAsync(site, book, book.Closed[random.Next(book.Closed.Count)], random);
                break;
        }
    }

    private async Task BatchAsync(CertifiedSite site, Recount book, Random random)
    {
        var input = random.NextInt64(50, Math.Max(51, book.Stock / 2));
        var batch = new Recounted(await given.ChargedAsync(site, input), input);
        book.Stock -= input;
        book.Open.Add(batch);
        if (random.Next(5) > 0)
        {
            await CloseAsync(site, book, batch, random);
        }
    }

    private async Task CloseAsync(CertifiedSite site, Recount book, Recounted batch, Random random)
    {
        var difference = random.NextInt64(-batch.Input / 60, (batch.Input / 60) + 1);
        var loss = random.NextInt64(0, (batch.Input / 20) + 1);
        var shares = LargestRemainder.Split(batch.Input - difference - loss, [random.Next(1, 9), random.Next(1, 9), random.Next(1, 9), random.Next(1, 9)]);
        OutputDraft[] rows =
        [
            GivenTreatment.Metal(shares[0]), new("plastic-fuel", "16 02 16", "R1", Weight.FromGrams(shares[1]), "Завод", "KZ", false), GivenTreatment.Reuse(shares[2]),
            new("residue", "16 02 16", "D5", Weight.FromGrams(shares[3]), "Полигон", "KZ", false),
        ];
        if (rows.Any(row => row.Mass.Grams == 0))
        {
            return;
        }

        await given.SaveAsync(site, batch.Number, loss, rows);
        Assert.IsType<CloseOutcome.Closed>(await given.CloseAsync(site, batch.Number, difference));
        book.Open.Remove(batch);
        book.Closed.Add(batch with { Difference = difference, Loss = loss, Reused = shares[2], Fractions = [shares[0], shares[1], shares[3]], Shipped = false });
    }

    private async Task CorrectAsync(CertifiedSite site, Recount book, Recounted batch, Random random)
    {
        var outcome = await given.Correcting.CorrectAsync(batch.Number, site.Organisation, "test", GivenTreatment.Actor(site), default);
        if (batch.Shipped)
        {
            Assert.Equal(new CorrectOutcome.Refused(EndProblem.Shipped), outcome);
            return;
        }

        var next = new Recounted(Assert.IsType<CorrectOutcome.Corrected>(outcome).Number, batch.Input);
        book.Closed.Remove(batch);
        book.Open.Add(next);
        await CloseAsync(site, book, next, random);
    }

    private async Task ShipAsync(CertifiedSite site, Recount book, Recounted batch, Random random)
    {
        var outputs = (await given.DetailsAsync(site, batch.Number)).Outputs.Where(output => !output.IsFinal && output.LeftGrams > 0).ToList();
        if (outputs.Count == 0)
        {
            return;
        }

        var output = outputs[random.Next(outputs.Count)];
        var sent = random.NextInt64(1, output.LeftGrams + 1);
        var token = await given.ShippedAsync(site, batch.Number, output.Fraction, sent);
        if (random.Next(4) == 0)
        {
            Assert.True(await given.Shipping.CancelAsync((await given.Confirmation.FindAsync(token, default))!.Number, site.Organisation, GivenTreatment.Actor(site), default));
            return;
        }

        book.Closed[book.Closed.IndexOf(batch)] = batch with { Shipped = true };
        if (random.Next(4) > 0)
        {
            var confirmed = random.Next(3) == 0 ? random.NextInt64(1, sent + 1) : sent;
            Assert.Equal(ConfirmOutcome.Confirmed, await given.ConfirmAsync(token, confirmed, confirmed < sent ? "less" : null));
            book.Confirmed[output.Result] = book.Confirmed.GetValueOrDefault(output.Result) + confirmed;
        }
    }

    private async Task AssertAgreesAsync(Recount book, int step)
    {
        var confirmed = book.Confirmed.Values.Sum();
        var expected = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["mass_site_lot"] = book.Stock,
            ["mass_in_batch"] = book.Open.Sum(batch => batch.Input),
            ["mass_fraction"] = book.Closed.Sum(batch => batch.Fractions.Sum()) - confirmed,
            ["mass_reused"] = book.Closed.Sum(batch => batch.Reused),
            ["mass_recycled"] = book.Confirmed.GetValueOrDefault("Recycled"),
            ["mass_recovered"] = book.Confirmed.GetValueOrDefault("Recovered"),
            ["mass_disposed"] = book.Confirmed.GetValueOrDefault("Disposed"),
            ["mass_process_loss"] = book.Closed.Sum(batch => batch.Loss),
            ["mass_measurement_difference"] = book.Closed.Sum(batch => batch.Difference),
        };
        Assert.Equal(book.Received, expected.Values.Sum());
        foreach (var purpose in Purposes)
        {
            Assert.True(expected[purpose] == await given.HeldAsync(purpose), $"step {step}: {purpose} should hold {expected[purpose]} and holds {await given.HeldAsync(purpose)}");
        }
    }

    /// <summary>What a clerk with a pencil would have.</summary>
    private sealed class Recount
    {
        public long Received { get; set; }

        public long Stock { get; set; }

        public List<Recounted> Open { get; } = [];

        public List<Recounted> Closed { get; } = [];

        public Dictionary<string, long> Confirmed { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Recounted(string Number, long Input)
    {
        public long Difference { get; init; }

        public long Loss { get; init; }

        public long Reused { get; init; }

        public IReadOnlyList<long> Fractions { get; init; } = [];

        public bool Shipped { get; init; }
    }
}
