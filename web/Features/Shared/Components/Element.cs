using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>An HTML element under construction. Text and attribute values are encoded when it is written, and nowhere else.</summary>
public sealed class Element(string name) : IHtmlContent
{
    private static readonly HashSet<string> Void = new(StringComparer.Ordinal) { "input", "br", "hr", "img" };

    private static readonly HtmlEncoder Letters = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly List<KeyValuePair<string, string?>> attributes = [];
    private readonly List<IHtmlContent> children = [];
    private readonly List<string> classes = [];

    public Element(string name, string? classes)
        : this(name) => Class(classes);

    public Element Class(string? more)
    {
        if (!string.IsNullOrEmpty(more))
        {
            classes.Add(more);
        }

        return this;
    }

    public Element Class(bool applies, string more) => applies ? Class(more) : this;

    /// <summary>Left out when there is no value.</summary>
    public Element Set(string attribute, string? value)
    {
        if (value is not null)
        {
            attributes.Add(new(attribute, value));
        }

        return this;
    }

    /// <summary>An attribute without a value: <c>disabled</c>.</summary>
    public Element Flag(string attribute, bool applies = true)
    {
        if (applies)
        {
            attributes.Add(new(attribute, null));
        }

        return this;
    }

    public Element SetAll(IReadOnlyDictionary<string, string>? more)
    {
        if (more is not null)
        {
            attributes.AddRange(more.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        }

        return this;
    }

    public Element Add(IHtmlContent? child)
    {
        if (child is not null)
        {
            children.Add(child);
        }

        return this;
    }

    public Element Add(IEnumerable<IHtmlContent> more)
    {
        children.AddRange(more);
        return this;
    }

    public Element Text(string? text) => string.IsNullOrEmpty(text) ? this : Add(new Plain(text));

    public static IHtmlContent Raw(string html) => new HtmlString(html);

    /// <summary>As text, for components inside components. Letters stay letters.</summary>
    public static string ToHtml(IHtmlContent? content)
    {
        using var writer = new StringWriter();
        content?.WriteTo(writer, Letters);
        return writer.ToString();
    }

    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(encoder);
        writer.Write('<');
        writer.Write(name);
        if (classes.Count > 0)
        {
            Write(writer, encoder, "class", string.Join(' ', classes));
        }

        foreach (var (attribute, value) in attributes)
        {
            Write(writer, encoder, attribute, value);
        }

        writer.Write('>');
        if (Void.Contains(name))
        {
            return;
        }

        foreach (var child in children)
        {
            child.WriteTo(writer, encoder);
        }

        writer.Write("</");
        writer.Write(name);
        writer.Write('>');
    }

    private static void Write(TextWriter writer, HtmlEncoder encoder, string attribute, string? value)
    {
        writer.Write(' ');
        writer.Write(attribute);
        if (value is not null)
        {
            writer.Write("=\"");
            encoder.Encode(writer, value);
            writer.Write('"');
        }
    }

    private sealed class Plain(string text) : IHtmlContent
    {
        public void WriteTo(TextWriter writer, HtmlEncoder encoder) => encoder.Encode(writer, text);
    }
}
