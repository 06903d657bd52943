using System.Text;
using EwasteEpr.Compliance;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Declarations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Compliance;

/// <summary>Customs says one thing, declarations another: rules open cases, people end them.</summary>
public sealed class CaseTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    private static readonly Scene Scene = new(SetAsync);

    private static int documents;

    [Fact]
    public async Task Extract_EveryRowEndsTakenKnownOrRefused_AndTheSameFileChangesNothing()
    {
        var bin = NewBin();
        var csv = $"БИН;Код ТН ВЭД;Масса, кг;Дата;Номер ДТ\n{bin};8450111100;1153,8;10.11.2025;{Document()}\n{bin};9999;5;10.11.2025;x\n123;8450111100;5;10.11.2025;x\n{bin};8450111100;-5;10.11.2025;x\n{bin};8450111100;5;31.02.2025;x\n{bin};8450111100;5;10.11.2099;x\n{bin};8450111100;5;10.11.2025;\n";
        var taken = Assert.IsType<ExtractOutcome.Imported>(await ImportAsync(csv));
        Assert.Equal((1, 0, 6), (taken.Taken, taken.Known, taken.Refused));
        Assert.Equal(["NotEquipment", "Number", "Mass", "Date", "DateAhead", "Document"], (await Extracts.RefusalsAsync(taken.Number, default)).Select(row => row.Fault));
        Assert.Equal(taken.Number, Assert.IsType<ExtractOutcome.TakenBefore>(await ImportAsync(csv)).Number);
        // A later file over the same days brings the same row again, and one more.
        var later = Assert.IsType<ExtractOutcome.Imported>(await ImportAsync(csv + $"{bin};8450111100;7;11.11.2025;{Document()}\n"));
        Assert.Equal((1, 1, 6), (later.Taken, later.Known, later.Refused));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Extract_WithoutAColumn_NamesIt() =>
        Assert.Equal("mass_kg", Assert.IsType<ExtractOutcome.NoColumn>(await ImportAsync("bin;hs_code;date;document_no\n1;2;3;4\n")).Name);

    [Fact]
    public async Task Gaps_OpenOneCaseEach_AndADeclarationClosesItsOwn()
    {
        var (stranger, silent, modest) = (NewBin(), await ImporterAsync(), await ImporterAsync());
        var day = given.Day;
        await DeclareAsync(modest.Id, "12.5");
        await ImportAsync($"bin;hs_code;mass_kg;date;document_no\n{stranger};8517130000;10;{day:yyyy-MM-dd};{Document()}\n{silent.Bin};8517130000;20;{day:yyyy-MM-dd};{Document()}\n{modest.Bin};8517130000;30;{day:yyyy-MM-dd};{Document()}\n");

        await Task.WhenAll(new CaseRules(given.Db).SweepAsync(default), new CaseRules(given.Db).SweepAsync(default));

        Assert.Equal(("Unregistered", 10_000L), await OnlyAsync("subject_bin = @who", stranger));
        Assert.Equal(("Undeclared", 20_000L), await OnlyAsync("organisation_id = @who", silent.Id.Value));
        Assert.Equal(("UnderDeclared", 17_500L), await OnlyAsync("organisation_id = @who", modest.Id.Value));

        await DeclareAsync(silent.Id, "20");
        await new CaseRules(given.Db).SweepAsync(default);
        Assert.Equal("Resolved FactGone", await given.ScalarAsync<string>("select state || ' ' || end_reason from compliance_cases where organisation_id = @id", new { id = silent.Id }));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Case_GoesFromNoticeToAnswerAndAppeal_AndOnlyAnotherPersonDecides()
    {
        var (number, importer) = await UndeclaredAsync();
        var (first, second, owner) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        Assert.Equal(CaseOutcome.WrongState, await Cases.EscalateAsync(number, new Handover("Комитет", "№ 1", "x"), first, default));
        Assert.Null(await Queries.FindAsync(new CaseScope(number, importer, null), default)); // not told yet
        Assert.Equal(CaseOutcome.Done, await Cases.NotifyAsync(number, new CaseLetter("Хат", "Мәтін"), first, default));
        Assert.NotNull(await Queries.FindAsync(new CaseScope(number, importer, null), default));
        Assert.Equal(CaseOutcome.NotFound, await Cases.AnswerAsync(number, (await ImporterAsync()).Id, "?", owner, default));
        Assert.Equal(CaseOutcome.Done, await Cases.AnswerAsync(number, importer, "The goods were returned.", owner, default));
        Assert.Equal(CaseOutcome.Done, await Cases.AppealAsync(number, importer, "The rule does not fit.", owner, default));
        Assert.Equal(CaseOutcome.WrongState, await Cases.AppealAsync(number, importer, "Again.", owner, default));
        Assert.Equal(CaseOutcome.WrongState, await Cases.EscalateAsync(number, new Handover("Комитет", "№ 1", "x"), second, default)); // an appeal is open
        Assert.Equal(CaseOutcome.SamePerson, await Cases.DecideAppealAsync(number, isUpheld: true, "x", first, default));
        Assert.Equal(CaseOutcome.Done, await Cases.DecideAppealAsync(number, isUpheld: false, "The document says otherwise.", second, default));
        Assert.Equal(CaseOutcome.Done, await Cases.EscalateAsync(number, new Handover("Комитет", "№ 77 от 01.12.2026", "Not declared."), second, default));
        var told = (await Queries.FindAsync(new CaseScope(number, importer, null), default))!;
        Assert.Equal(["Opened", "Notified", "Answered", "AppealMade", "AppealRefused", "Escalated"], told.Events.Select(row => row.Event));
        Assert.Equal(("Escalated", "№ 77 от 01.12.2026"), (told.Case.State, told.Receipt));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Estimate_StandsInAfterTheTimeToAnswer_AndGoesWithTheRealDeclaration()
    {
        var (number, importer) = await UndeclaredAsync();
        var person = await PersonAsync();
        await Cases.NotifyAsync(number, new CaseLetter("Хат", "Мәтін"), person, default);
        Assert.Equal(CaseOutcome.WrongState, await Cases.EstimateAsync(number, person, default));
        await given.Database.ExecuteAsOwnerAsync($"update compliance_cases set answer_due_on = app.today() - 1 where number = '{number}'");
        Assert.Equal(CaseOutcome.Done, await Cases.EstimateAsync(number, person, default));
        Assert.Equal(CaseOutcome.WrongState, await Cases.EstimateAsync(number, person, default));
        await DeclareAsync(importer, "20");
        await new CaseRules(given.Db).SweepAsync(default);
        Assert.NotNull((await Queries.FindAsync(new CaseScope(number, importer, null), default))!.Estimate!.ReplacedAt);
    }

    [Fact]
    public async Task Order_IsWrittenProvedAndClosedInItsRegionOnly()
    {
        var (number, importer) = await UndeclaredAsync();
        var (operates, inspects, owner) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await Cases.NotifyAsync(number, new CaseLetter("Хат", "Мәтін"), operates, default);
        var due = BusinessTime.Today(TimeProvider.System).AddDays(20);
        Assert.Equal(CaseOutcome.NotFound, await Orders.WriteAsync(number, "Declare.", due, ["710000000"], inspects, default));
        Assert.Equal(CaseOutcome.WrongState, await Orders.WriteAsync(number, "Declare.", due.AddDays(-40), ["750000000"], inspects, default));
        Assert.Equal(CaseOutcome.Done, await Orders.WriteAsync(number, "Declare.", due, ["750000000"], inspects, default));
        var order = (await Queries.FindAsync(new CaseScope(number, importer, null), default))!.Orders.Single().Number;
        Assert.Equal(CaseOutcome.WrongState, await Orders.CloseAsync(number, order, ["750000000"], inspects, default));
        Assert.Equal(CaseOutcome.Done, await Orders.ProveAsync(number, order, importer, "D-2026-000001", owner, default));
        Assert.Equal(CaseOutcome.NotFound, await Orders.CloseAsync(number, order, ["710000000"], inspects, default));
        Assert.Equal(CaseOutcome.Done, await Orders.CloseAsync(number, order, ["750000000"], inspects, default));
    }

    [Theory]
    [InlineData("Each case is in the state its history ends with", "is Resolved, its history says Open", "update compliance_cases set state = 'Resolved', ended_at = app.now(), end_reason = 'x' where rule = 'Unregistered'")]
    [InlineData("Each customs extract has the rows it counts", "says 9 taken", "update customs_extracts set rows_taken = 9")]
    [InlineData("No appeal is decided by who notified", "was decided by who had notified it", "update case_appeals a set decision = 'Refused', decision_reasons = 'x', decided_at = app.now(), decided_by = (select e.person_id from case_events e where e.event = 'Notified' and e.case_id = a.case_id limit 1) where decision is null")]
    [InlineData("No estimate outlives the declaration it stood for", "stands beside a declaration", "insert into estimated_declarations (case_id, organisation_id, category, quarter_from, grams, method, made_by, made_at) select c.case_id, g.organisation_id, g.category, g.quarter_from, 1, 'x', (select person_id from people limit 1), app.now() - interval '3 days' from customs_gaps g cross join (select case_id from compliance_cases limit 1) c where g.declared_grams > 0 limit 1")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var own = new GivenDeclarations();
        await own.InitializeAsync();
        var tests = new CaseTests(own);
        await tests.Gaps_OpenOneCaseEach_AndADeclarationClosesItsOwn();
        var (number, importer) = await tests.UndeclaredAsync();
        await tests.Cases.NotifyAsync(number, new CaseLetter("Хат", "Мәтін"), await tests.PersonAsync(), default);
        await tests.Cases.AppealAsync(number, importer, "No.", await tests.PersonAsync(), default);
        await own.Database.AssertInvariantsAsync();
        return own.Database;
    }

    private CustomsExtracts Extracts => new(given.Db, given.Tariffs);

    private CaseQueries Queries => new(given.Db);

    private CaseService Cases => new(given.Db, new EwasteEpr.Messages.Outbox(given.Db, new Secrets(new byte[32])));

    private CaseOrders Orders => new(given.Db, Cases);

    private static string Document() => $"DT/{Interlocked.Increment(ref documents):000000}";

    private static string NewBin()
    {
        var number = $"{System.Security.Cryptography.RandomNumberGenerator.GetInt32(10, 99)}1140{System.Security.Cryptography.RandomNumberGenerator.GetInt32(10_000, 99_999)}";
        return Enumerable.Range(0, 10).Select(digit => number + digit).FirstOrDefault(text => Bin.Check(text, out _) == BinCheck.Valid) ?? NewBin();
    }

    private async Task<ExtractOutcome> ImportAsync(string csv) => await Extracts.ImportAsync("Мемлекеттік кірістер комитеті, үлгі", "extract.csv", Encoding.UTF8.GetBytes(csv), await PersonAsync(), default);

    private async Task<(OrganisationId Id, string Bin)> ImporterAsync()
    {
        var (id, bin) = (await given.OrganisationAsync("producer"), NewBin());
        await given.Database.ExecuteAsOwnerAsync($"update organisations set bin = '{bin}', contact_phone = '{bin}', address = '{bin}' where organisation_id = '{id}'");
        return (id, bin);
    }

    private async Task DeclareAsync(OrganisationId organisation, string kilograms)
    {
        var key = await given.DraftAsync(organisation);
        await given.LineAsync(key, given.Line(massKg: kilograms));
        await given.SubmitAsync(key);
    }

    private async Task<(string Number, OrganisationId Importer)> UndeclaredAsync()
    {
        var (id, bin) = await ImporterAsync();
        await ImportAsync($"bin;hs_code;mass_kg;date;document_no\n{bin};8517130000;20;{given.Day:yyyy-MM-dd};{Document()}\n");
        await new CaseRules(given.Db).SweepAsync(default);
        return (await given.ScalarAsync<string>("select number from compliance_cases where organisation_id = @id", new { id }), id);
    }

    private async Task<Actor> PersonAsync()
    {
        var name = $"person-{Guid.CreateVersion7():N}";
        var id = await given.ScalarAsync<Guid>("insert into people (user_name, email, name) values (@name, @name || '@example.kz', @name) returning person_id", new { name });
        return new Actor(id, null, null, "operator_preparer", "test", null);
    }

    private async Task<(string, long)> OnlyAsync(string where, object who)
    {
        var rows = await given.Db.QueryAsync<(string, long)>($"select rule, size_grams from compliance_cases where {where} limit 5", new { who }, default);
        return Assert.Single(rows);
    }
}
