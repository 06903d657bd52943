using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Evidence;

/// <summary>Random chains of credits, notes, endings, transfers and reimbursements against a model that counts with dictionaries alone.</summary>
public sealed class RandomEvidenceTests : IAsyncLifetime
{
    private const int Steps = 60;
    private readonly TestDatabase database = new();

    private GivenEvidence Given { get; set; } = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Given = await new GivenEvidence(database).ReadyAsync();
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AnyChain_AgreesWithAnIndependentCount(int seed)
    {
        var random = new Random(seed);
        var (system, _) = await Given.OwnSystemAsync();
        var (other, otherSlug) = await Given.OwnSystemAsync();
        var model = new Model();
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync(random, model, system, (other, otherSlug), step);
            Assert.Equal((model.Total, model.Available), model.Credited == 0 ? (0, 0) : await Given.FiguresAsync("OwnSystem"));
        }

        Assert.Equal(model.Held.GetValueOrDefault("system"), (await Given.Queries.HeldAsync(system, default)).Sum(row => row.Grams));
        Assert.Equal(model.Held.GetValueOrDefault("other"), (await Given.Queries.HeldAsync(other, default)).Sum(row => row.Grams));
        Assert.True(model.Notes.Count > 3, "The chain made hardly any note: it proves nothing.");
        await database.AssertInvariantsAsync();
    }

    private async Task StepAsync(Random random, Model model, OrganisationId system, (OrganisationId Id, string Slug) other, int step)
    {
        var grams = random.Next(1, 900);
        var note = model.Notes.Count == 0 ? null : model.Notes[random.Next(model.Notes.Count)];
        switch (step < 2 ? 0 : random.Next(8))
        {
            case 0 or 1:
                await Given.CreditedAsync(grams, "OwnSystem", system);
                model.Credited += grams;
                break;
            case 2 or 3:
                var outcome = await Given.Notes.CreateAsync(new NewNote(Guid.CreateVersion7(), (await Given.BalanceAsync("OwnSystem")).BalanceId, Weight.FromGrams(grams), (await Given.BalanceAsync("OwnSystem")).OwnSystemSlug), Given.Site.Organisation, Given.Preparer, default);
                Assert.Equal(grams <= model.Available, outcome is CreateNoteOutcome.Created);
                if (outcome is CreateNoteOutcome.Created created)
                {
                    Assert.IsType<NoteOutcome.Done>(await Given.SubmitAsync(created.Number));
                    model.Notes.Add(new ModelNote(created.Number, grams) { State = "Submitted" });
                }

                break;
            case 4 when note is not null:
                Expect(note, "Submitted", "Returned", await Given.ReturnAsync(note.Number));
                break;
            case 5 or 6 when note is not null:
                if (Expect(note, "Submitted", "Approved", await Given.ApproveAsync(note.Number)))
                {
                    model.Held["system"] = model.Held.GetValueOrDefault("system") + note.Grams;
                }

                break;
            case 7 when note is not null && random.Next(2) == 0:
                var isFree = note.State == "Approved" && note.Moved == 0;
                Assert.Equal(isFree, await Given.VoidAsync(note.Number) is NoteOutcome.Done);
                if (isFree)
                {
                    note.State = "Void";
                    model.Held["system"] -= note.Grams;
                }

                break;
            case 7 when note is { State: "Approved" }:
                await MoveAsync(random, model, note, system, other);
                break;
        }
    }

    private async Task MoveAsync(Random random, Model model, ModelNote note, OrganisationId system, (OrganisationId Id, string Slug) other)
    {
        var grams = random.Next(1, (int)note.Grams + 50);
        var offered = await Given.Transfers.OfferAsync(new NewTransfer(Guid.CreateVersion7(), note.Number, Weight.FromGrams(grams), other.Slug), system, Given.First, default);
        Assert.Equal(grams <= note.Grams - note.Moved, offered is TransferOutcome.Done);
        if (offered is not TransferOutcome.Done done)
        {
            return;
        }

        if (random.Next(2) == 0)
        {
            Assert.IsType<TransferOutcome.Done>(await Given.Transfers.DeclineAsync(done.TransferNo, other.Id, "жоқ", Given.First, default));
            return;
        }

        Assert.IsType<TransferOutcome.Done>(await Given.Transfers.AcceptAsync(done.TransferNo, other.Id, Given.First, default));
        note.Moved += grams;
        model.Held["system"] -= grams;
        model.Held["other"] = model.Held.GetValueOrDefault("other") + grams;
    }

    private static bool Expect(ModelNote note, string from, string to, NoteOutcome outcome)
    {
        Assert.Equal(note.State == from, outcome is NoteOutcome.Done);
        if (outcome is not NoteOutcome.Done)
        {
            return false;
        }

        note.State = to;
        return true;
    }

    private sealed class Model
    {
        public long Credited { get; set; }

        public List<ModelNote> Notes { get; } = [];

        public Dictionary<string, long> Held { get; } = new(StringComparer.Ordinal);

        public long Total => Credited - Notes.Where(note => note.State == "Approved").Sum(note => note.Grams);

        public long Available => Total - Notes.Where(note => note.State == "Submitted").Sum(note => note.Grams);
    }

    private sealed class ModelNote(string number, long grams)
    {
        public string Number => number;

        public long Grams => grams;

        public string State { get; set; } = "";

        public long Moved { get; set; }
    }
}
