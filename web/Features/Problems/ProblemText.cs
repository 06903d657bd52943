namespace EwasteEpr.Web.Features.Problems;

/// <summary>Names the texts of this feature: ProblemText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class ProblemText;
