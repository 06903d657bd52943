namespace EwasteEpr.Web.Features.Deadlines;

/// <summary>Names the texts of this feature: DeadlinesText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class DeadlinesText;
