using System.Globalization;
using System.Text;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Tests.Declarations;

public sealed class FeeQuoteTests(Quotes quotes) : IClassFixture<Quotes>
{
    private const string Header = "hs_code;unu_key;description;units;mass_kg;packaging;battery_kg;source;condition;obligation_date;origin;document_no";

    [Fact]
    public async Task Estonia_IsPricedToTheTiyn_AsAnIndependentCountSays()
    {
        var file = await File.ReadAllBytesAsync(Quotes.DataFile("declaration-estonia-2018.csv"));
        var quote = Assert.IsType<QuoteOutcome.Quoted>(await quotes.OfAsync(file, quotes.Terms(on: new DateOnly(2018, 6, 30))));

        Assert.Equal((49, 49, 0), (quote.Totals.Lines, quote.Totals.Priced, quote.Totals.Refused));
        Assert.Equal(1_350_424_868_762, quote.Totals.FeeTiyn); // counted with Python's decimal from the published rows
        Assert.Equal(152_847_953_640, quote.Totals.MassGrams);
        Assert.Equal(quote.Totals.FeeTiyn, Sum(quote.Totals.ByCategory.Select(part => part.Sum.FeeTiyn)));
        Assert.Equal(2405, Assert.Single(quote.MciValues).ValueKzt);
    }

    [Fact]
    public async Task Estonia_UnderFreeTariff_IsZeroByLaw()
    {
        var quote = await quotes.OfAsync(await File.ReadAllTextAsync(Quotes.DataFile("declaration-estonia-2018.csv")), quotes.Terms("762-2017", new DateOnly(2018, 6, 30)));
        Assert.Equal((49, 0), (quote.Totals.Priced, quote.Totals.FeeTiyn));
    }

    [Fact]
    public async Task Estonia_UnderTariffThatIsNotSet_IsRefusedAndNeverZero()
    {
        var quote = await quotes.OfAsync(await File.ReadAllTextAsync(Quotes.DataFile("declaration-estonia-2018.csv")), quotes.Terms("448-2022", new DateOnly(2022, 6, 30)));
        Assert.Equal((49, 0), (quote.Totals.Refused, quote.Totals.Priced));
        Assert.All(quote.Problems.Read(), problem => Assert.Equal(("TARIFF-03", "448-2022"), (problem.PublicCode, problem.Detail2)));
    }

    [Theory]
    [InlineData("8517130000;;;;1;;;;;;;", "")]
    [InlineData(";;Phone;1;1;;;;;;;", "CODE-01 hs_code")]
    [InlineData("9999;;;;1;;;;;;;", "HS-01 hs_code 9999")]
    [InlineData("85171;;;;1;;;;;;;", "HS-02 hs_code 85171")]
    [InlineData("85;;;;1;;;;;;;", "HS-02 hs_code 85")]
    [InlineData("8.51713E+09;;;;1;;;;;;;", "HS-04 hs_code 8.51713E+09")]
    [InlineData("9403890000;0306;;;1;;;;;;;", "HS-05 hs_code 9403890000")]
    [InlineData(";9999;;;1;;;;;;;", "KEY-01 unu_key 9999")]
    [InlineData(";abcd;;;1;;;;;;;", "KEY-01 unu_key abcd")]
    [InlineData("8418102001;0306;;;1;;;;;;;", "KEY-02 unu_key 0306")]
    [InlineData("851713;;;;;;;;;;;", "MASS-01 mass_kg")]
    [InlineData("851713;;;5;;;;;;;;", "MASS-01 mass_kg|UNITS-01 units 5")]
    [InlineData("851713;;;;-1;;;;;;;", "MASS-02 mass_kg -1")]
    [InlineData("851713;;;;\u22121;;;;;;;", "MASS-02 mass_kg \u22121")]
    [InlineData("851713;;;;0;plastic:1;;;;;;", "MASS-02 mass_kg 0")]
    [InlineData("851713;;;;1.2345;;;;;;;", "MASS-03 mass_kg 1.2345")]
    [InlineData("851713;;;;1000000000.001;;;;;;;", "MASS-04 mass_kg 1000000000.001")]
    [InlineData("851713;;;;12 kg;;;;;;;", "NUM-01 mass_kg 12 kg")]
    [InlineData("851713;;;;NaN;;;;;;;", "NUM-01 mass_kg NaN")]
    [InlineData("851713;;;;1,234;;;;;;;", "NUM-02 mass_kg 1,234")]
    [InlineData("851713;;;;1e308;;;;;;;", "NUM-03 mass_kg 1e308")]
    [InlineData("851713;;;;1 23;;;;;;;", "NUM-04 mass_kg 1 23")]
    [InlineData("851713;;;;1.240,5;;;;;;;", "NUM-05 mass_kg 1.240,5")]
    [InlineData("851713;;;1;90;;;;;;;", "UNIT-01 mass_kg 90")]
    [InlineData("851713;;;1;0;;;;;;;", "UNIT-02 mass_kg 0")]
    [InlineData("851713;;;1.5;1;;;;;;;", "UNIT-03 units 1.5")]
    [InlineData("851713;;;-1;1;;;;;;;", "UNIT-04 units -1")]
    [InlineData("851713;;;;1;;2;;;;;", "BATT-01 battery_kg 2")]
    [InlineData("851713;;;;1;;;;;31.02.2026;;", "DATE-01 obligation_date 31.02.2026")]
    [InlineData("851713;;;;1;;;;;2026-11-21;;", "DATE-02 obligation_date 2026-11-21")]
    [InlineData("851713;;;;1;;;;;03/04/2026;;", "DATE-03 obligation_date 03/04/2026")]
    [InlineData("851713;;;;1;;;;;;Atlantis;", "COUNTRY-01 origin Atlantis")]
    [InlineData("851713;;;;1;wood:1;;;;;;", "PACK-02 packaging wood:1")]
    [InlineData("851713;;;;1;some;;;;;;", "PACK-01 packaging some")]
    [InlineData("851713;;;;1;plastic:0;;;;;;", "PACK-03 packaging plastic:0")]
    [InlineData("851713;;;;1;\"plastic:1; пластик:2\";;;;;;", "PACK-04 packaging plastic:1; пластик:2")]
    [InlineData("851713;;;;1;;;smuggled;;;;", "SRC-01 source smuggled")]
    [InlineData("851713;;;;1;;;;burnt;;;", "COND-01 condition burnt")]
    [InlineData("8529909201;;;1;1;;;;;;;", "PART-01 hs_code 8529909201")]
    [InlineData("851713;;;0;0;;;;;;;", "ZERO-01 mass_kg 0")]
    [InlineData("851713;;;;1;;;;;2010-01-01;;", "TARIFF-04 hs_code 851713")]
    [InlineData("851713;;;;1;;;;;;;;surplus", "ROW-02 - surplus")]
    public async Task Row_EndsWithItsProblem(string row, string expected) =>
        Assert.Equal(expected, string.Join('|', await quotes.ProblemsOfAsync(Header, row)));

    [Theory]
    [InlineData("851713;;;;1;;;eaeu;new;17.11.2026;CN;")]
    [InlineData("8517 13 000 0;;;;1 234,5;;;третьи страны;б/у;2026-11-17;Китай;")]
    [InlineData("8517.13.000.0;;;;1\u00A0234.5;;;өндірілген;жөндеуге;;Қытай;")]
    [InlineData("851713;306;;;\u00A01.5\u00A0;;;;;;KOR;")]
    [InlineData("851713;;;;2;\"пластик:1,5; бумага:0.3\";0,5;;;;;")]
    [InlineData("851713;;;;2;plastic:1,5, paper:0.3;;;;;;")]
    [InlineData("851713;;;;2;задекларирована отдельно, документ УП-2026-1180;;;;;;")]
    [InlineData("851713;;;;1.2340;;;;;;;")]
    public async Task Row_WrittenAsPeopleWrite_IsPriced(string row)
    {
        var quote = await quotes.OfAsync(Header + "\n" + row);
        Assert.Empty(quote.Problems.Read());
        Assert.Equal(1, quote.Totals.Priced);
    }

    [Fact]
    public async Task Methodology_ThatIsNotInForceOnTheDay_IsNamedFirst()
    {
        var terms = new QuoteTerms(quotes.Tariffs.Catalogue, quotes.Tariffs.Programme(TariffProgramme.Official), Quotes.Today, FixedDay: null, Quotes.Today);
        var quote = await quotes.OfAsync("hs_code;mass_kg;obligation_date\n851713;1;2016-12-31\n851713;1;2017-01-01\n851713;1;2022-01-10\n851713;1;2022-01-11\n", terms);
        Assert.Equal(["TARIFF-01", "TARIFF-03"], quote.Problems.Read().Select(problem => problem.PublicCode));
        Assert.Equal((2, 0), (quote.Totals.Priced, quote.Totals.FeeTiyn));
    }

    [Fact]
    public async Task Packaging_IsPricedItemByItem_EachRounded()
    {
        List<QuotedLine> lines = [];
        var quote = await quotes.OfAsync("hs_code;mass_kg;packaging\n8517130000;1250.5;plastic:1,5; paper:0.3\n".Replace("plastic:1,5; paper:0.3", "\"plastic:1,5; paper:0.3\"", StringComparison.Ordinal), listeners: Keep(lines));
        var line = Assert.Single(lines);
        Assert.Equal(15_549_186, line.ProductFeeTiyn); // 1.2505 t * 4325 * 28.75 = 155 491.8594
        Assert.Equal([905, 230], line.Packaging.Select(item => item.FeeTiyn)); // 9.0546; 2.3004
        Assert.Equal(15_550_321, quote.Totals.FeeTiyn);
    }

    [Fact]
    public async Task Duplicates_EveryCopyIsFlagged_OnceRowsAreClean()
    {
        var table = "hs_code;mass_kg;note\n851713;1;a\n851713;2;b\n851713;1;c\n851713;1;d\n";
        var quote = await quotes.OfAsync(table);
        Assert.Equal([(2, "4"), (4, "2"), (5, "2")], quote.Problems.Read().Select(problem => (problem.Row, problem.Detail)));
        Assert.Equal((3, 1, 4), (quote.Totals.Warned, quote.Totals.Accepted, quote.Totals.Priced));

        var withError = await quotes.OfAsync(table + "999999;1;e\n");
        Assert.Equal("HS-01", Assert.Single(withError.Problems.Read()).PublicCode);
        Assert.True(withError.Notes.DuplicatesNotSought);
    }

    [Fact]
    public async Task ManyRows_NoneDisappears_AndDuplicatesAreFoundThroughTheFile()
    {
        var table = new StringBuilder("hs_code;mass_kg;document_no\n");
        for (var i = 0; i < 200_000; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"851713;1;{(i == 150_000 ? 7 : i)}\n");
        }

        var quote = await quotes.OfAsync(table.ToString());
        Assert.Equal(200_000, quote.Totals.Priced);
        Assert.Equal([9, 150_002], quote.Problems.Read().Select(problem => problem.Row));
    }

    [Fact]
    public async Task ManyProblems_AreSpooledAndReadBackInOrder()
    {
        var table = new StringBuilder("hs_code;mass_kg\n");
        for (var i = 0; i < 10_000; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"=x{i};1\n");
        }

        var quote = await quotes.OfAsync(table.ToString());
        Assert.Equal(10_000, quote.Totals.Refused);
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (i + 2, $"=x{i}")), quote.Problems.Read().Select(problem => (problem.Row, problem.Value)));
        }
    }

    [Fact]
    public async Task Value_IsCutAt200Characters()
    {
        var quote = await quotes.OfAsync("hs_code;mass_kg\n" + new string('9', 5000) + ";1\n");
        Assert.Equal(200, Assert.Single(quote.Problems.Read()).Value.Length);
    }

    [Fact]
    public async Task PointAsGroup_AfterNumbersThatLookedDecimal_RefusesTheTable()
    {
        var table = new StringBuilder("hs_code;mass_kg\n851713;1.240\n");
        for (var i = 0; i < 20_000; i++)
        {
            table.Append("851713;5\n");
        }

        var problem = Assert.IsType<QuoteOutcome.Unreadable>(await quotes.OfAsync(Encoding.UTF8.GetBytes(table + "851713;1.240,5\n"))).Problem;
        Assert.Equal(("NUM-07", 20_003, "2"), (problem.PublicCode, problem.Row, problem.Expected));
    }

    private static QuoteListeners Keep(List<QuotedLine> lines) => new(line =>
    {
        lines.Add(QuotedLine.From(line));
        return ValueTask.CompletedTask;
    });

    private static Int128 Sum(IEnumerable<Int128> parts) => parts.Aggregate((Int128)0, (sum, part) => sum + part);
}
