using System.Text;

namespace EwasteEpr.Kernel;

/// <summary>Builds rows of CSV that a spreadsheet opens as they are meant: a text never becomes a formula, a number stays a number.</summary>
/// <remarks>Separator ';', quotes doubled, lines end with CR LF as RFC 4180 says. A text that begins with = + - @ or a tab gets an apostrophe before it (OWASP).</remarks>
public sealed class CsvOutput(char separator = ';')
{
    private readonly StringBuilder text = new();
    private bool isFirst = true;

    public int Length => text.Length;

    /// <summary>Words that somebody wrote.</summary>
    public CsvOutput Text(string? value)
    {
        var safe = value is { Length: > 0 } && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20' ? "'" + value : value ?? "";
        return Raw(safe.AsSpan().IndexOfAny([separator, '"', '\r', '\n', '\t', ',']) < 0 ? safe : "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"");
    }

    /// <summary>A number, date or code that we made ourselves.</summary>
    public CsvOutput Raw(string? value)
    {
        text.Append(isFirst ? "" : separator.ToString()).Append(value);
        isFirst = false;
        return this;
    }

    public CsvOutput EndRow()
    {
        text.Append("\r\n");
        isFirst = true;
        return this;
    }

    /// <summary>What has been built, and forgets it.</summary>
    public string Take()
    {
        var all = text.ToString();
        text.Clear();
        return all;
    }
}
