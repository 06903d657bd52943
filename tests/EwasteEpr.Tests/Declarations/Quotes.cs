using System.Runtime.CompilerServices;
using System.Text;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Declarations;

/// <summary>Quotes in the field's words, over the reference data as the program loads it.</summary>
public sealed class Quotes : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    public static DateOnly Today { get; } = new(2026, 11, 20);

    public TariffSnapshot Tariffs { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Tariffs = await new TariffService(database.Db).LoadAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public QuoteTerms Terms(string methodology = "DEMO-2026", DateOnly? on = null) => new(Tariffs.Catalogue, Tariffs.Named(methodology)!, Today, on, Today);

    public Task<QuoteOutcome> OfAsync(byte[] file, QuoteTerms? terms = null, QuoteListeners? listeners = null, TableHints? hints = null) =>
        FeeQuote.RunAsync(new MemoryStream(file), hints ?? new TableHints(), terms ?? Terms(), listeners ?? QuoteListeners.None, CancellationToken.None);

    public async Task<QuoteOutcome.Quoted> OfAsync(string table, QuoteTerms? terms = null, QuoteListeners? listeners = null) =>
        Assert.IsType<QuoteOutcome.Quoted>(await OfAsync(Encoding.UTF8.GetBytes(table), terms, listeners));

    public async Task<TableProblem> RefusedAsync(byte[] file) => Assert.IsType<QuoteOutcome.Unreadable>(await OfAsync(file)).Problem;

    /// <summary>One line, each problem as "code column value".</summary>
    public async Task<string[]> ProblemsOfAsync(string header, string row) =>
        [.. (await OfAsync(header + "\n" + row + "\n")).Problems.Read().Select(problem => $"{problem.PublicCode} {(problem.Column is { } column ? Columns.Code(column) : "-")} {problem.Value}".TrimEnd())];

    public static string DataFile(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "data", name);
}
