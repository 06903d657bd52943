using System.Text;
using System.Text.Json;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Hosting.Verbs;

namespace EwasteEpr.Web.Tests.Reconciliation;

public sealed class WeeeVerbTests
{
    [Fact]
    public async Task Json_IsTheShapeThatIsPromised_WithEveryDigit()
    {
        var (exit, answer, notes) = await RunAsync("unu_key,year,region,tonnes\n0001,1985,R00,1\n0001,1987,R00,3\n", "--variant", "A", "--shape", "1.2", "--scale", "1", "--json");
        Assert.Equal(0, exit);
        using var json = JsonDocument.Parse(answer);
        Assert.Equal("A", json.RootElement.GetProperty("variant").GetString());
        var rows = json.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["0001 1985 R00", "0001 1986 R00", "0001 1987 R00"], rows.Select(row => $"{row.GetProperty("unu_key")} {row.GetProperty("year")} {row.GetProperty("region")}"));
        Assert.Equal(1 - Math.Exp(-1), rows[1].GetProperty("generated_t").GetDouble(), 1e-15);
        Assert.Equal(1 - (1 - Math.Exp(-1)), rows[1].GetProperty("stock_t").GetDouble(), 1e-15);
        Assert.Contains("1986", notes);
    }

    [Fact]
    public async Task ABadRow_Exit3_SaysWhich_AndTheRestIsAnswered()
    {
        var (exit, answer, notes) = await RunAsync("unu_key,year,region,tonnes\n0001,1985,R00,-1\n0001,1985,R00,2\n", "--lang", "kk");
        Assert.Equal(3, exit);
        Assert.StartsWith("unu_key,year,region,placed_t,generated_t,stock_t\n0001,1985,R00,2,", answer);
        Assert.Contains("2-жол: «-1» нөлден кіші", notes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unu_key,year,region,tonnes\n")]
    [InlineData("a,b\n1,2\n")]
    public async Task NothingToRead_Exit2(string text)
    {
        var (exit, answer, notes) = await RunAsync(text, "--json");
        Assert.Equal(2, exit);
        Assert.Empty(answer);
        Assert.NotEmpty(notes);
    }

    [Theory]
    [InlineData("--variant", "D")]
    [InlineData("--shape", "0")]
    [InlineData("--shape", "1.2")]
    [InlineData("--what", "x")]
    public void WordsThatAreNotUnderstood_AreSaid(string word, string value)
    {
        Assert.Null(WeeeArguments.Parse(["--pom", "f.csv", word, value], out var wrong));
        Assert.NotEmpty(wrong);
    }

    private static async Task<(int Exit, string Answer, string Notes)> RunAsync(string file, params string[] words)
    {
        var wanted = WeeeArguments.Parse(["--pom", "-", .. words], out _)!;
        var (answer, notes) = (new MemoryStream(), new StringWriter());
        var lifetime = wanted.Lifetime ?? new WeibullLifetime(2, 14);
        var exit = await WeeeVerb.RunAsync(wanted, new MemoryStream(Encoding.UTF8.GetBytes(file)), _ => lifetime, answer, notes, CancellationToken.None);
        return (exit, Encoding.UTF8.GetString(answer.ToArray()), notes.ToString());
    }
}
