using EwasteEpr.Declarations.Rules;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>Who wants to hear while a quote runs.</summary>
/// <param name="OnLine">Each line once; the object is used again for the next.</param>
/// <param name="OnProgress">Now and then.</param>
public sealed record QuoteListeners(Func<Line, ValueTask>? OnLine = null, Action<QuoteProgress>? OnProgress = null)
{
    internal const int ProgressEvery = 16 * 1024;

    public static QuoteListeners None { get; } = new();
}

/// <param name="Lines">Rows that became lines so far.</param>
/// <param name="Bytes">Of the file itself.</param>
public readonly record struct QuoteProgress(long Lines, long Bytes);
