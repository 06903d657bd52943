namespace EwasteEpr.Web.Features.Payments.BankStatements;

/// <summary>Names BankStatementsText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class BankStatementsText;
