using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Features.Shared.Charts;
using EwasteEpr.Web.Tests.Support;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Tests.Shared;

public sealed class ChartTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public void Bars_HaveLengthsOfTheirValues_AndTheSameDataInATable()
    {
        var figure = Draw(Bars(new Total(90, "90")));
        Assert.Equal("One is largest", figure.QuerySelector("figcaption")!.TextContent);
        var widths = figure.QuerySelectorAll("rect").Select(bar => decimal.Parse(bar.GetAttribute("width")!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal([262m, 131m, 0m], widths);
        Assert.Equal(["60", "30", "0"], figure.QuerySelectorAll("tbody td").Select(cell => cell.TextContent));
        Assert.Equal("90", figure.QuerySelector("tfoot td")!.TextContent);
        Assert.Equal("img", figure.QuerySelector("svg")!.GetAttribute("role"));
        Assert.Equal("true", figure.QuerySelector("svg > g")!.GetAttribute("aria-hidden"));
        Assert.Empty(figure.QuerySelectorAll("[style]"));
    }

    [Fact]
    public void Bars_ThatDoNotAddUpToTheirTotal_AreNotDrawn() =>
        Assert.Throws<InvalidOperationException>(() => Draw(Bars(new Total(91, "91"))));

    [Fact]
    public void Bars_Negative_AreNotDrawn() =>
        Assert.Throws<InvalidOperationException>(() => Draw(new BarChart { Id = "a", Title = "t", ValueHead = "v", Rows = [new("x", -1, "-1")] }));

    [Fact]
    public void Flow_IsDrawnOnlyWhenWhatComesInGoesOut()
    {
        var figure = Draw(Flow(treated: 6));
        Assert.Equal(4, figure.QuerySelectorAll("path.m-ribbon").Length);
        Assert.Single(figure.QuerySelectorAll("rect.m-missing-node"));
        Assert.Throws<InvalidOperationException>(() => Draw(Flow(treated: 5)));
    }

    private static FlowChart Flow(decimal treated) => new()
    {
        Id = "f", Title = "t", ValueHead = "t", SourcesHead = "in", ResultsOf = 0,
        Sources = [new("1", "fridges", 6, "6"), new("6", "phones", 4, "4"), new("3", "lamps", 0, "", IsMissing: true)],
        Places = [new("treated", treated, "6", [treated, 0, 0]), new("stock", 4, "4", [0, 4, 0])],
        Results = [new("recycled", 5, "5", [5, 0, 0]), new("lost", treated - 5, "1", [treated - 5, 0, 0])],
    };

    [Fact]
    public void Stacks_ThatMustBalance_AreDrawnOnlyWhenTheyDo()
    {
        var figure = Draw(Stacks(outTotal: 10, lost: 4));
        Assert.Equal(2, figure.QuerySelectorAll("path.m-ink").Length);
        Assert.Single(figure.QuerySelectorAll("rect[fill^='url(#']"));
        Assert.Throws<InvalidOperationException>(() => Draw(Stacks(outTotal: 9, lost: 3)));
        Assert.Throws<InvalidOperationException>(() => Draw(Stacks(outTotal: 10, lost: 3)));
    }

    [Fact]
    public void Line_WithAGap_IsTwoLines_AndTheTableSaysMissing()
    {
        var figure = Draw(new LineChart { Id = "a", Title = "t", ValueHead = "v", Periods = ["1", "2", "3", "4", "5"], Lines = [new("x", [new(1, "1"), new(2, "2"), null, new(3, "3"), new(4, "4")])] });
        Assert.Equal(2, figure.QuerySelectorAll("polyline").Length);
        Assert.EndsWith("270,14", figure.QuerySelectorAll("polyline")[1].GetAttribute("points"), StringComparison.Ordinal);
        Assert.Equal("дерек жоқ", figure.QuerySelectorAll("tbody td")[2].TextContent);
    }

    [Fact]
    public void Lines_MoreThanThree_AreRefused()
    {
        var line = new Line("x", [new(1, "1")]);
        Assert.Throws<InvalidOperationException>(() => Draw(new LineChart { Id = "a", Title = "t", ValueHead = "v", Periods = ["1"], Lines = [line, line, line, line] }));
    }

    [Fact]
    public void Bullet_BelowItsTarget_HasShapeAndWord_AndWithoutTargetNoTick()
    {
        var figure = Draw(new BulletChart { Id = "a", Title = "t", ValueHead = "%", TrackValue = 100, Rows = [new("low", 61, "61", new Total(70, "70")), new("well", 81, "81", new Total(80, "80")), new("free", 12, "12")] });
        Assert.Single(figure.QuerySelectorAll(".m-stop"));
        Assert.Single(figure.QuerySelectorAll("text.m-stop-text"));
        Assert.Single(figure.QuerySelectorAll(".m-stop-fill"));
        Assert.Equal(2, figure.QuerySelectorAll(".m-tick").Length);
    }

    private static BarChart Bars(Total total) => new()
    {
        Id = "a", Title = "One is largest", ValueHead = "kg", Total = total, Rows = [new("one", 60, "60", "1"), new("two", 30, "30", "2"), new("none", 0, "0", "3")],
    };

    private static StackedBarChart Stacks(decimal outTotal, decimal lost) => new()
    {
        Id = "a", Title = "t", ValueHead = "kg", MustBalance = true,
        Stacks = [new("in", [new("all", 10, "10")], new Total(10, "10")), new("out", [new("metal", 6, "6"), new("stock", lost, "4", null, true)], new Total(outTotal, "10"))],
    };

    private IElement Draw(Chart chart)
    {
        Culture.Use("kk");
        var html = EwasteEpr.Web.Features.Shared.Components.Element.ToHtml(chart.Render(site.Service<IStringLocalizer<SharedText>>(), Format.Current));
        return new HtmlParser().ParseDocument(html).QuerySelector("figure")!;
    }
}
