namespace EwasteEpr.PublicRegister.OpenData;

/// <summary>One table that is open to everybody, as CSV and as JSON. What it means is said on its page, in three languages.</summary>
/// <param name="Code">Stands in its address and names its texts.</param>
/// <param name="Sql">Its columns in order, with a unique order of rows; <c>@year</c> narrows where there is a year.</param>
/// <param name="HasYear">May be asked for one year.</param>
/// <param name="Page">Where the same is shown to people, without the language; none where there is no page.</param>
public sealed record Dataset(string Code, string Sql, IReadOnlyList<string> Columns, bool HasYear = false, string? Page = null);
