using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tests.Declarations;

public sealed class DeclarationTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    [Fact]
    public async Task Create_ForAPeriodThatIsDeclared_LeadsToTheOneThatIsThere()
    {
        var key = await given.DraftAsync();

        var again = await given.Declarations.CreateAsync(key.Organisation, new NewDeclaration.ForPeriod(given.LastQuarter), GivenDeclarations.Person(key.Organisation), default);
        var nil = await given.Declarations.CreateAsync(key.Organisation, new NewDeclaration.Nil(given.LastQuarter), GivenDeclarations.Person(key.Organisation), default);
        var year = await given.Declarations.CreateAsync(key.Organisation, new NewDeclaration.ForPeriod(Period.OfYear(given.LastQuarter.Year)), GivenDeclarations.Person(key.Organisation), default);

        foreach (var outcome in new[] { again, nil, year })
        {
            Assert.Equal(new CreateOutcome.AlreadyDeclared(key.Number, DeclarationState.Draft), outcome);
        }
    }

    [Fact]
    public async Task Create_FiveAndTwentyAtOnce_MakesOneDeclaration()
    {
        var organisation = await given.OrganisationAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ =>
            given.Declarations.CreateAsync(organisation, new NewDeclaration.ForPeriod(given.LastQuarter), GivenDeclarations.Person(organisation), default)));

        var created = Assert.Single(outcomes.OfType<CreateOutcome.Created>());
        Assert.All(outcomes.OfType<CreateOutcome.AlreadyDeclared>(), other => Assert.Equal(created.Number, other.Number));
        Assert.Equal(1, await given.ScalarAsync<long>("select count(*) from declarations where organisation_id = @organisation", new { organisation }));
    }

    [Fact]
    public async Task Create_ForADocumentWrittenOtherwise_IsTheSameDocument()
    {
        var key = await given.DraftAsync(null, new NewDeclaration.ForConsignment("55302/101126/0012345a"));

        var again = await given.Declarations.CreateAsync(key.Organisation, new NewDeclaration.ForConsignment(" 55302/101126 /0012345A "), GivenDeclarations.Person(key.Organisation), default);

        Assert.IsType<CreateOutcome.AlreadyDeclared>(again);
    }

    [Fact]
    public async Task Create_OfWhatCannotBe_SaysWhy()
    {
        var organisation = await given.OrganisationAsync();
        var person = GivenDeclarations.Person(organisation);
        var later = given.LastQuarter.Next.Next;

        Assert.Equal(new CreateOutcome.PeriodNotBegun(later.Days.From), await given.Declarations.CreateAsync(organisation, new NewDeclaration.ForPeriod(later), person, default));
        Assert.IsType<CreateOutcome.DocumentNoNotValid>(await given.Declarations.CreateAsync(organisation, new NewDeclaration.ForConsignment("  "), person, default));
        Assert.IsType<CreateOutcome.DocumentNoNotValid>(await given.Declarations.CreateAsync(organisation, new NewDeclaration.OfExport(new string('1', 101)), person, default));
    }

    [Fact]
    public async Task Create_OfAPeriodByAnImporter_WaitsForTheOperatorsSetting()
    {
        var importer = await given.OrganisationAsync("importer");
        var person = GivenDeclarations.Person(importer);

        Assert.IsType<CreateOutcome.PeriodsForProducersOnly>(await given.Declarations.CreateAsync(importer, new NewDeclaration.ForPeriod(given.LastQuarter), person, default));
        Assert.IsType<CreateOutcome.Created>(await given.Declarations.CreateAsync(importer, new NewDeclaration.ForConsignment("DT importer"), person, default));
        await given.Database.ExecuteAsOwnerAsync("update app.settings set value = 'Yes' where key = 'declarations.importer_periods'");
        Assert.IsType<CreateOutcome.Created>(await given.Declarations.CreateAsync(importer, new NewDeclaration.ForPeriod(given.LastQuarter), person, default));
    }

    [Fact]
    public async Task Withdraw_OfADraft_FreesThePeriod()
    {
        var key = await given.DraftAsync();

        Assert.IsType<WithdrawOutcome.Withdrawn>(await given.Declarations.WithdrawAsync(key, GivenDeclarations.Person(key.Organisation), default));
        Assert.IsType<WithdrawOutcome.NoDraft>(await given.Declarations.WithdrawAsync(key, GivenDeclarations.Person(key.Organisation), default));
        await given.DraftAsync(key.Organisation);
        Assert.Equal(2, (await given.Declarations.ListAsync(key.Organisation, new DeclarationFilter(), default)).Rows.Count);
    }

    [Fact]
    public async Task AnotherOrganisation_FindsNothing()
    {
        var key = await given.DraftAsync();
        var line = await given.LineAsync(key);
        var stranger = new DeclarationKey(await given.OrganisationAsync(), key.Number);
        var person = GivenDeclarations.Person(stranger.Organisation);

        Assert.Null(await given.Declarations.GetAsync(stranger, null, default));
        Assert.Empty((await given.Declarations.ListAsync(stranger.Organisation, new DeclarationFilter(), default)).Rows);
        Assert.Empty((await given.Queries.ListAsync(stranger, 1, new LineFilter(), default)).Rows);
        Assert.Null(await given.Queries.GetAsync(stranger, 1, line, default));
        Assert.Empty(await given.Declarations.HistoryAsync(stranger, default));
        Assert.Empty(await given.Declarations.TotalsAsync(stranger, 1, default));
        Assert.IsType<LineOutcome.NotFound>(await given.Lines.AddAsync(stranger, given.Line(), person, default));
        Assert.IsType<LineOutcome.NotFound>(await given.Lines.RemoveAsync(stranger, line, 1, person, default));
        Assert.IsType<WithdrawOutcome.NotFound>(await given.Declarations.WithdrawAsync(stranger, person, default));
        Assert.Null(await given.Problems.SummaryAsync(stranger, 1, default));
        Assert.Null(await given.Submission.CheckAsync(stranger, person, default));
        Assert.False(await given.Canonical.WriteAsync(stranger, 1, Stream.Null, default));
        Assert.IsType<EwasteEpr.Declarations.Submission.SubmitOutcome.NotFound>(await given.Submission.SubmitAsync(stranger, 1, person, default));
        Assert.IsType<EwasteEpr.Declarations.Submission.CorrectionOutcome.NotFound>(await given.Corrections.StartAsync(stranger, "Why not", person, default));
        Assert.IsType<EwasteEpr.Declarations.Uploads.UploadOutcome.NotFound>(
            await given.Uploads.PasteAsync(stranger, "hs_code;mass_kg\n8517;1", EwasteEpr.Declarations.Uploads.UploadMode.Add, given.Day, person, default));
    }

    [Fact]
    public async Task List_ByPages_ShowsEachOnceNewestFirst()
    {
        var organisation = await given.OrganisationAsync();
        for (var i = 0; i < 53; i++)
        {
            await given.DraftAsync(organisation, new NewDeclaration.ForConsignment($"DT {i}"));
        }

        var first = await given.Declarations.ListAsync(organisation, new DeclarationFilter(), default);
        var second = await given.Declarations.ListAsync(organisation, new DeclarationFilter(After: first.Next), default);

        Assert.Equal((50, 3), (first.Rows.Count, second.Rows.Count));
        Assert.Null(second.Next);
        Assert.Equal(53, first.Rows.Concat(second.Rows).Select(row => row.Number).Distinct().Count());
        Assert.Equal("DT52", Assert.Single((await given.Declarations.ListAsync(organisation, new DeclarationFilter(Text: "dt 52"), default)).Rows).DocumentNo!.Replace(" ", ""));
    }
}
