using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence.Demo;

/// <summary>Notes of the demonstration's recycler in three states, one for the fund and one for an own system, made through the same services as everybody's.</summary>
public sealed class DemoEvidence(Db db, BatchCredits credits, DemoBatch batch, EvidenceService notes, EvidenceQueries queries, PayerChanges changes, StageRuns runs)
{
    private const string PeopleSql = """
        select o.organisation_id as recycler, (select person_id from people where demo_code = 'recycler-staff') as staff, (select person_id from people where demo_code = 'recycler-head') as head,
               (select person_id from people where demo_code = 'operator-preparer') as first, (select person_id from people where demo_code = 'operator-approver') as second,
               (select slug from organisations where demo_code = 'importer-1') as system
          from organisations o
         where o.demo_code = 'recycler-1' and not exists (select from evidence_notes)
        """;

    /// <returns>How many notes were made; none where there are notes or nothing was treated.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<PeopleRow>(PeopleSql, null, ct) is not { Staff: { } staff, Head: { } head, System: { } system } people)
        {
            return 0;
        }

        await batch.MakeAsync(people.Recycler, ct);
        await credits.SweepAsync(ct);
        var recycler = new OrganisationId(people.Recycler);
        if ((await queries.BalancesAsync(recycler, ct)).Where(row => row.Payer == nameof(GramPayer.FeeFund) && row.Certified).MaxBy(row => row.AvailableGrams) is not { AvailableGrams: >= 100 } fund)
        {
            return 0;
        }

        var tenth = fund.AvailableGrams / 10;
        var (preparer, signatory) = (Who(staff, people.Recycler), Who(head, people.Recycler));
        await MakeAsync(new NewNote(Guid.CreateVersion7(), fund.BalanceId, Weight.FromGrams(tenth * 3), null), preparer, signatory, 3, ct);
        await MakeAsync(new NewNote(Guid.CreateVersion7(), fund.BalanceId, Weight.FromGrams(tenth * 2), null), preparer, signatory, 2, ct);
        await MakeAsync(new NewNote(Guid.CreateVersion7(), fund.BalanceId, Weight.FromGrams(tenth), null), preparer, signatory, 1, ct);
        var made = 3;
        if (people is { First: { } first, Second: { } second })
        {
            var change = new NewPayerChange(Guid.CreateVersion7(), fund.BalanceId, system, Weight.FromGrams(tenth * 2), Money.FromTenge(48_000), "Төлем 214", "Импорттаушы қорға шығынын қайтарды");
            if (await changes.ProposeAsync(change, Who(first, null), ct) is { } number && await changes.ApproveAsync(number, Who(second, null), ct) == PayerChangeOutcome.Done
                && (await queries.BalancesAsync(recycler, ct)).FirstOrDefault(row => row.OwnSystemSlug == system && row.AvailableGrams > 0) is { } own)
            {
                await MakeAsync(new NewNote(Guid.CreateVersion7(), own.BalanceId, Weight.FromGrams(own.AvailableGrams / 2), system), preparer, signatory, 3, ct);
                made++;
            }
        }

        await runs.SweepAsync(ct);
        return made;
    }

    private async Task MakeAsync(NewNote note, Actor preparer, Actor signatory, int steps, CancellationToken ct)
    {
        var recycler = new OrganisationId(preparer.OrganisationId!.Value);
        if (await notes.CreateAsync(note, recycler, preparer, ct) is not CreateNoteOutcome.Created created)
        {
            throw new InvalidOperationException("The demonstration's evidence note was refused.");
        }

        if (steps > 1)
        {
            await notes.SubmitAsync(created.Number, recycler, preparer, ct);
        }

        if (steps > 2)
        {
            await notes.ApproveAsync(created.Number, recycler, signatory, ct);
        }
    }

    private static Actor Who(Guid person, Guid? organisation) => new(person, organisation, null, "preparer", "demo", null);

    private sealed record PeopleRow(Guid Recycler, Guid? Staff, Guid? Head, Guid? First, Guid? Second, string? System);
}
