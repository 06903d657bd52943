using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using EwasteEpr.Web.Features.Shared.Components;
using EwasteEpr.Web.Tests.Support;
using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Tests.Shared;

/// <summary>Our components against the fixtures that ship with govuk-frontend: same options, same document.</summary>
/// <remarks>A fixture with an option that our records do not have is left out; the least number of fixtures that must be covered keeps that honest.</remarks>
public sealed class ComponentTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Converters = { new TextOfAnything() },
    };

    public static TheoryData<string, int> Components => new()
    {
        { "button", 35 }, { "character-count", 19 }, { "checkboxes", 40 }, { "date-input", 31 }, { "error-message", 9 }, { "error-summary", 19 },
        { "fieldset", 18 }, { "file-upload", 19 }, { "hint", 6 }, { "input", 45 }, { "label", 17 }, { "notification-banner", 21 }, { "pagination", 14 },
        { "password-input", 12 }, { "radios", 41 }, { "select", 17 }, { "summary-list", 20 }, { "table", 20 }, { "tag", 12 }, { "task-list", 10 }, { "textarea", 18 },
    };

    [Theory]
    [MemberData(nameof(Components))]
    public void Render_EachFixtureWhoseOptionsWeHave_IsTheSameDocument(string component, int atLeast)
    {
        var compared = 0;
        var different = new List<string>();
        foreach (var fixture in Fixtures(component))
        {
            if (Read(component, fixture.GetProperty("options")) is not { } ours)
            {
                continue;
            }

            compared++;
            var expected = Normal(fixture.GetProperty("html").GetString()!);
            var actual = Normal(ours);
            if (expected != actual)
            {
                different.Add($"--- {fixture.GetProperty("name").GetString()}\nexpected {expected}\nactual   {actual}");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
        Assert.True(compared >= atLeast, $"Only {compared} fixtures of {component} were compared.");
    }

    /// <summary>The comparison itself can fail: another class, another order of attributes, another text.</summary>
    [Theory]
    [InlineData("<p class=\"a b\" id=\"x\">one  two</p>", "<p id='x' class='b a'>\n one two </p>", true)]
    [InlineData("<p class=\"a\">one</p>", "<p class=\"b\">one</p>", false)]
    [InlineData("<p>one</p>", "<p>two</p>", false)]
    [InlineData("<p>one</p>", "<p hidden>one</p>", false)]
    public void Normal_KnowsWhatIsTheSame(string left, string right, bool same) => Assert.Equal(same, Normal(left) == Normal(right));

    private static List<JsonElement> Fixtures(string component)
    {
        var path = Path.Combine(SiteFixture.WebFolder(), "node_modules/govuk-frontend/dist/govuk/components", component, "fixtures.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.Clone().GetProperty("fixtures").EnumerateArray()];
    }

    private static string? Read(string component, JsonElement options) => component switch
    {
        "button" => Html<Button>(options, one => one.Render()),
        "character-count" => Html<CharacterCount>(options, one => one.Render()),
        "checkboxes" => Html<Checkboxes>(options, one => one.Render()),
        "date-input" => Html<DateFields>(options, one => one.Render()),
        "error-message" => Html<ErrorMessage>(options, one => one.Render()),
        "error-summary" => Html<ErrorSummary>(options, one => one.Render()),
        "fieldset" => Html<Fieldset>(options, one => one.Render()),
        "file-upload" => Html<FileUpload>(options, one => one.Render()),
        "hint" => Html<Hint>(options, one => one.Render()),
        "input" => Html<Input>(options, one => one.Render()),
        "label" => Html<Label>(options, one => one.Render() ?? HtmlString.Empty),
        "notification-banner" => Html<NotificationBanner>(options, one => one.Render()),
        "pagination" => Html<Pagination>(options, one => one.Render()),
        "password-input" => Html<PasswordInput>(options, one => one.Render()),
        "radios" => Html<Radios>(options, one => one.Render()),
        "select" => Html<Select>(options, one => one.Render()),
        "summary-list" => Html<SummaryList>(options, one => one.Render()),
        "table" => Html<Table>(options, one => one.Render()),
        "tag" => Html<Tag>(options, one => one.Render()),
        "task-list" => Html<TaskList>(options, one => one.Render()),
        "textarea" => Html<Textarea>(options, one => one.Render()),
        _ => throw new ArgumentOutOfRangeException(nameof(component), component, null),
    };

    /// <returns>None when the fixture has an option that we do not.</returns>
    private static string? Html<T>(JsonElement options, Func<T, IHtmlContent> render)
    {
        T component;
        try
        {
            component = options.Deserialize<T>(Options)!;
        }
        catch (JsonException)
        {
            return null;
        }

        using var writer = new StringWriter();
        render(component).WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }

    /// <summary>Attributes in order, classes in order, spaces as one; the drawing inside an icon is our own.</summary>
    private static string Normal(string html)
    {
        var body = new HtmlParser().ParseDocument("<body>" + html).Body!;
        foreach (var icon in body.QuerySelectorAll("svg"))
        {
            icon.InnerHtml = "";
        }

        return string.Concat(body.ChildNodes.Select(Normal)).Trim();
    }

    private static string Normal(INode node) => node switch
    {
        IText text => string.Join(' ', (" " + text.Data + " ").Split((char[])[' ', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } words ? " " + words + " " : "",
        IElement element => $"<{element.LocalName}{string.Concat(element.Attributes.OrderBy(a => a.Name, StringComparer.Ordinal).Select(Normal))}>{string.Concat(element.ChildNodes.Select(Normal))}</{element.LocalName}>",
        _ => "",
    };

    private static string Normal(IAttr attribute) => attribute.Name == "class"
        ? $" class=\"{string.Join(' ', attribute.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))}\""
        : $" {attribute.Name}=\"{attribute.Value}\"";

    /// <summary>Fixtures write some texts as numbers or booleans, as their template language allows.</summary>
    private sealed class TextOfAnything : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => reader.GetDecimal().ToString(System.Globalization.CultureInfo.InvariantCulture),
            JsonTokenType.True => "true",
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
