using System.Reflection;

namespace EwasteEpr.Web.Hosting;

/// <summary>Which program this is.</summary>
/// <param name="Version">From Directory.Build.props.</param>
/// <param name="Commit">Of the source, where the build knew it.</param>
public sealed record ProgramVersion(string Version, string? Commit)
{
    public static ProgramVersion Current { get; } = Read(typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0");

    private static ProgramVersion Read(string text) => text.Split('+', 2) is [var version, var commit] ? new ProgramVersion(version, commit) : new ProgramVersion(text, null);
}
