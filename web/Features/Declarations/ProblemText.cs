namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Names the sentences for problems of lines and tables: ProblemText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class ProblemText;
