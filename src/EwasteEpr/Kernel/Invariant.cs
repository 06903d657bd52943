namespace EwasteEpr.Kernel;

/// <summary>A rule that always holds, as one query over the rows it is about.</summary>
/// <param name="Name">What holds, as a plain statement; it is printed.</param>
/// <param name="Sql">Answers one row: <c>rows_checked</c> (bigint, not null) and <c>first_broken</c> (text: a sentence that names the row, or NULL).</param>
public sealed record Invariant(string Name, string Sql);
