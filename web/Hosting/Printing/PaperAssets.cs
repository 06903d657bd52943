using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;

namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>The papers' style sheet with its fonts inside.</summary>
public sealed partial class PaperAssets(IWebHostEnvironment environment)
{
    private readonly Lazy<string> styles = new(() => FontAddress().Replace(
        ReadText(environment.WebRootFileProvider.GetFileInfo("dist/paper.css")),
        match => $"url(data:font/woff2;base64,{Convert.ToBase64String(Read(environment.WebRootFileProvider.GetFileInfo("dist/" + match.Groups["file"].Value)))})"));

    public string Styles => styles.Value;

    /// <summary>The foot of every page: only a rule of its own can carry the number there.</summary>
    public static string FootOf(Paper paper)
    {
        ArgumentNullException.ThrowIfNull(paper);
        return $"@page{{@bottom-left{{content:\"{Escaped(paper.Number)}\"}}}}";
    }

    /// <summary>A string of CSS that can end neither the string nor the style element.</summary>
    private static string Escaped(string text) => string.Concat(text.Select(sign => char.IsAsciiLetterOrDigit(sign) || sign == '-' ? sign.ToString() : $"\\{(int)sign:x6}"));

    private static byte[] Read(IFileInfo file)
    {
        using var stream = file.CreateReadStream();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static string ReadText(IFileInfo file) => System.Text.Encoding.UTF8.GetString(Read(file));

    [GeneratedRegex(@"url\((?<file>fonts/[a-z0-9.-]+\.woff2)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FontAddress();
}
