using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Evidence;

/// <summary>A certified recycler with a preparer and a signatory, closed batches in its site, and own systems that may hold evidence.</summary>
internal sealed class GivenEvidence(TestDatabase database)
{
    private static int count;

    public GivenSites Sites { get; } = new(database);

    public CertifiedSite Site { get; private set; } = null!;

    public BatchCredits Credits { get; } = new(database.Db);

    public EvidenceService Notes { get; } = new(database.Db);

    public EvidenceEndings Endings { get; } = new(database.Db);

    public EvidenceTransfers Transfers { get; } = new(database.Db);

    public PayerChanges Changes { get; } = new(database.Db);

    public EvidenceQueries Queries { get; } = new(database.Db);

    public Actor Preparer => Who(Site.Owner, Site.Organisation);

    public Actor Signatory { get; private set; } = null!;

    public Actor First { get; } = Who(PersonId.New(), null);

    public Actor Second { get; } = Who(PersonId.New(), null);

    private static Actor Who(PersonId person, OrganisationId? organisation) => new(person.Value, organisation?.Value, null, "signatory", "request-1", null);

    public async Task<GivenEvidence> ReadyAsync(long annualGrams = 1_000_000_000)
    {
        Site = await Sites.CertifiedAsync(annualGrams, "5", "6");
        Signatory = Who((await Sites.People.PersonAsync()).Id, Site.Organisation);
        return this;
    }

    private const string ImporterSql = """
        insert into organisations (slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
        values (@slug, 'company', @bin, sha256(convert_to(@slug, 'UTF8')), '«Үлгі» жүйесі', 'Система «Пример»', '750000000', 'Алматы', 'Айгүл', 'a@example.kz', '+7 000', array['importer'])
        returning organisation_id
        """;

    public async Task<(OrganisationId Id, string Slug)> OwnSystemAsync()
    {
        var number = Interlocked.Increment(ref count);
        var slug = $"system{number:0000}";
        return (new OrganisationId(await database.Db.QuerySingleAsync<Guid>(ImporterSql, new { slug, bin = $"{910000000000 + number}" }, CancellationToken.None)), slug);
    }

    // Treatment adds columns of its own to these tables as it grows: what it needs is written where it is there.
    private const string HasSql = "select exists (select from information_schema.columns where table_name = 'batches' and column_name = 'account_id')";

    private const string BatchSql = """
        with batch as (
            insert into batches (batch_id, number, site_id, organisation_id, category, state, started_on, input_grams)
            values (@batch, 'B-2026-' || lpad(nextval('batch_numbers')::text, 4, '0'), @site, @organisation, @category, 'Open', @day, @grams)
        ), account as materialized (
            select ledger.open_account('mass_in_batch', @batch, 'mass:' || @category) as account_id
        ), charged as materialized (
            select a.account_id, ledger.post('batch_charged', 'batch_input', @input, 1, 'mass:' || @category, l.account_id, a.account_id, @grams) as transfer_id
              from account a cross join site_lots l where l.site_lot_id = @lot
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id) select 'site_lot', @lot, 'batch', @batch, @category, @grams, transfer_id from charged
        )
        insert into batch_inputs (batch_input_id, batch_id, site_lot_id, grams, transfer_id) select @input, @batch, @lot, @grams, transfer_id from charged
        """;

    private const string CloseSql = """
        with fraction as materialized (
            select ledger.open_account('mass_fraction', @output, 'mass:' || @category) as account_id, ledger.open_account('mass_in_batch', @batch, 'mass:' || @category) as batch_account_id
        ), moved as materialized (
            select f.account_id, ledger.post('batch_output', 'batch_output', @output, 1, 'mass:' || @category, f.batch_account_id, f.account_id, @grams) as transfer_id from fraction f
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id) select 'batch', @batch, 'fraction', @output, @category, @grams, transfer_id from moved
        ), made as (
            insert into batch_outputs (output_id, batch_id, output_no, kind, fraction, operation, result, grams, account_id)
            select @output, @batch, 1, 'Fraction', @fraction, 'R4', 'Recycled', @grams, account_id from moved
        )
        update batches set state = 'Closed', output_grams = @grams, closed_at = app.now() where batch_id = @batch
        """;

    /// <summary>A lot that is treated whole in one batch, which is closed; the balance does not know of it until the sweep.</summary>
    public async Task<Guid> ClosedBatchAsync(StockGiven given)
    {
        var lot = await Sites.StockAsync(Site, given);
        var isGrown = await database.Db.QuerySingleAsync<bool>(HasSql, null, CancellationToken.None);
        var fraction = isGrown ? await database.Db.QuerySingleAsync<string>("select fraction from fraction_kinds where kind = 'Fraction' order by position, fraction limit 1", null, CancellationToken.None) : "ferrous";
        var ids = new
        {
            batch = Guid.CreateVersion7(), input = Guid.CreateVersion7(), output = Guid.CreateVersion7(), lot, fraction, site = Site.Site, organisation = Site.Organisation, category = given.Category, grams = given.Grams,
            day = given.Day ?? new DateOnly(2026, 3, 1),
        };
        await database.Db.ExecuteAsync(BatchSql, ids, CancellationToken.None);
        if (isGrown)
        {
            await database.Db.ExecuteAsync("update batches set account_id = ledger.open_account('mass_in_batch', batch_id, 'mass:' || category) where batch_id = @batch", ids, CancellationToken.None);
            await database.Db.ExecuteAsync("insert into capacity_uses (site_id, category, kind, day, grams, source_type, source_id) values (@site, @category, 'Treated', @day, @grams, 'batch_charge', @input)", ids, CancellationToken.None);
        }

        await database.Db.ExecuteAsync(isGrown ? CloseSql.Replace("closed_at = app.now()", "closed_at = app.now(), closed_on = app.today()", StringComparison.Ordinal) : CloseSql, ids, CancellationToken.None);
        if (isGrown)
        {
            await database.Db.ExecuteAsync("update batch_outputs o set transfer_id = t.transfer_id from ledger.transfers t where t.kind = 'batch_output' and t.source_id = o.output_id and o.output_id = @output", ids, CancellationToken.None);
        }

        return ids.batch;
    }

    /// <summary>A closed batch of so many grams, credited.</summary>
    public async Task<Guid> CreditedAsync(long grams, string payer = "FeeFund", OrganisationId? ownSystem = null, DateOnly? day = null, string category = "6")
    {
        var batch = await ClosedBatchAsync(new StockGiven(grams, category, payer, OwnSystem: ownSystem, Day: day));
        await Credits.SweepAsync(CancellationToken.None);
        return batch;
    }

    public async Task<WasteBalance> BalanceAsync(string payer = "FeeFund") =>
        Assert.Single(await Queries.BalancesAsync(Site.Organisation, CancellationToken.None), balance => balance.Payer == payer);

    /// <summary>Total and available, as the recycler sees them.</summary>
    public async Task<(long Total, long Available)> FiguresAsync(string payer = "FeeFund") => await BalanceAsync(payer) is var balance ? (balance.TotalGrams, balance.AvailableGrams) : default;

    public async Task<string> DraftAsync(long grams, string payer = "FeeFund", string? recipient = null)
    {
        var balance = await BalanceAsync(payer);
        return Assert.IsType<CreateNoteOutcome.Created>(
            await Notes.CreateAsync(new NewNote(Guid.CreateVersion7(), balance.BalanceId, Weight.FromGrams(grams), recipient ?? balance.OwnSystemSlug), Site.Organisation, Preparer, CancellationToken.None)).Number;
    }

    public async Task<string> SubmittedAsync(long grams, string payer = "FeeFund", string? recipient = null)
    {
        var number = await DraftAsync(grams, payer, recipient);
        Assert.IsType<NoteOutcome.Done>(await SubmitAsync(number));
        return number;
    }

    public async Task<string> ApprovedAsync(long grams, string payer = "FeeFund", string? recipient = null)
    {
        var number = await SubmittedAsync(grams, payer, recipient);
        Assert.IsType<NoteOutcome.Done>(await ApproveAsync(number));
        return number;
    }

    public Task<NoteOutcome> SubmitAsync(string number) => Notes.SubmitAsync(number, Site.Organisation, Preparer, CancellationToken.None);

    public Task<NoteOutcome> ApproveAsync(string number) => Notes.ApproveAsync(number, Site.Organisation, Signatory, CancellationToken.None);

    public Task<NoteOutcome> ReturnAsync(string number) => Endings.ReturnAsync(number, Site.Organisation, "Қайта санау", Signatory, CancellationToken.None);

    public Task<NoteOutcome> VoidAsync(string number) => Endings.VoidAsync(number, "Қате шыққан", Second, CancellationToken.None);

    public static NoteProblem Why(NoteOutcome outcome) => Assert.IsType<NoteOutcome.Refused>(outcome).Why;
}
